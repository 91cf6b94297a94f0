import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyTemplates } from './body-template.ts';
import { type Identity, isRunId } from './identity.ts';
import { JsonObject } from './json/json.ts';
import { parseJson } from './json/parse-json.ts';
import { MessageReader, type Reading } from './reading/read.ts';
import { writeMessage } from './write.ts';

type Fields = Readonly<Record<string, unknown>>;

const RUN = 'run-1';
const index = fc.integer({ min: 1, max: 1e9 });
const few = fc.integer({ min: 1, max: 100 });
const identities = fc.record({ run: fc.constant(RUN), group: few, thread: index, loop: index, request: few });
const sentAt = fc.integer({ min: 0, max: 2 ** 42 }).map((n) => n / 1000);
const fields = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }))
  .map((object) => JSON.parse(JSON.stringify(object)) as Fields)
  .filter((object) => !Object.hasOwn(object, 'qbl') && !JSON.stringify(object).includes('\\ud'));

const identity: Identity = { run: RUN, group: 1, thread: 7, loop: 3, request: 1 };
/** The bodies of a plan with one request. Null stands for a request whose body is not a JSON object. */
const bodies = (template: Fields | null): BodyTemplates => {
  const parsed = parseJson(JSON.stringify(template));
  const all = 'value' in parsed && parsed.value instanceof JsonObject ? [{ shape: parsed.value }] : [];
  return { of: () => all[0] ?? null, all: () => all };
};
const reader = (template: Fields | null = { a: 1 }, run = RUN) =>
  new MessageReader(new Map([[run, bodies(template)]]));
const sent = (object: Fields, of: Identity = identity, at = 1700000000000.251) =>
  writeMessage(canonicalize(object) ?? '', of, at);
const read = (value: unknown, template: Fields | null = { a: 1 }) =>
  reader(template).read(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([key, child]) => [key, sortedKeys(child)]),
  );
}

describe('MessageReader', () => {
  it('reads the identity and send time that a message was written with', () => {
    fc.assert(
      fc.property(fields, identities, sentAt, (object, of, at) => {
        const value = Buffer.from(sent(object, of, at));
        expect(reader().read(value)).toEqual({
          kind: 'message',
          condition: 'intact',
          run: RUN,
          identity: of,
          sentAtMs: at,
        });
        expect(JSON.parse(value.toString())).toMatchObject({ qbl: { run: RUN } });
      }),
    );
  });

  it('recognises a message whose JSON a proxy rewrote in another order and with spaces', () => {
    fc.assert(
      fc.property(fields, (object) => {
        const again = JSON.stringify(sortedKeys(JSON.parse(sent(object))), null, 2);
        expect(read(again)).toMatchObject({ kind: 'message', condition: 'intact', identity });
      }),
    );
  });

  it('detects damage in any byte of a message', () => {
    fc.assert(
      fc.property(fields, fc.nat(), fc.integer({ min: 1, max: 255 }), (object, at, flip) => {
        const value = Buffer.from(sent(object));
        const damaged = Buffer.from(value);
        const place = at % value.length;
        damaged.writeUInt8(damaged.readUInt8(place) ^ flip, place);
        if (holds(damaged, JSON.parse(value.toString()))) return;
        expect(ruling(reader(object).read(damaged))).toBe('corrupt');
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['20261123-150212-j9gp', 'loop', 'run', 'a'])(
    'detects damage in any byte of a message of run %s, for every byte value',
    (run) => {
      const template = { a: '\uFFFD', b: [1, { c: null }] };
      const value = Buffer.from(sent(template, { ...identity, run }));
      const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
      expect(unseen(value, everyByte, reader(template, run))).toEqual([]);
    },
  );

  it.each([
    ['rewritten by a proxy', (it: Fields) => JSON.stringify(sortedKeys(it), null, 1)],
    ['in an envelope', (it: Fields) => JSON.stringify({ at: 1, payload: it, of: 7 })],
    ['in an envelope as a string', (it: Fields) => JSON.stringify({ at: 1, payload: JSON.stringify(it) })],
    ['in a string within a string', (it: Fields) => JSON.stringify([JSON.stringify([JSON.stringify(it)])])],
  ])('detects damage in any byte of a message %s', (_, wrap) => {
    const value = Buffer.from(wrap(JSON.parse(sent({ a: 1 }))));
    const bytes = Buffer.concat([Buffer.from('"\\ 0x{},:\0\n'), Buffer.from([0x80, 0xff])]);
    expect(unseen(value, [...bytes], reader({ a: 1 }))).toEqual([]);
  });

  it.each(['"run-7"', '"run/1"', '""'])('recognises a message whose run ID was damaged to %s', (damaged) => {
    const value = sent({ a: 1 }).replace('"run-1"', damaged);
    expect(read(value)).toMatchObject({ kind: 'message', condition: 'corrupt', identity });
  });

  it.each(['group', 'thread', 'loop', 'request', 'sentAt'])(
    'detects damage to the %s of the identity',
    (name) => {
      const value = JSON.parse(sent({ a: 1 }));
      const damaged = { ...value, qbl: { ...value.qbl, [name]: more(value.qbl[name]) } };
      expect(read(damaged, { a: 1 })).toMatchObject({ condition: 'corrupt' });
    },
  );

  it.each([
    { group: 0 },
    { group: 101 },
    { thread: 0 },
    { thread: 1.5 },
    { thread: 2 ** 31 },
    { loop: -1 },
    { loop: 2 ** 31 },
    { request: 101 },
  ])('reads no identity with a number that no plan can have, %j, even if the checksum matches', (some) => {
    expect(read(sent({ a: 1 }, { ...identity, ...some }))).toEqual({ kind: 'corrupt', run: RUN });
  });

  it.each([1700000000000.251, '', '1e12', '-1', 'now'])(
    'accepts a send time only as a string of digits, not as %j',
    (sentAt) => {
      const value = JSON.parse(sent({ a: 1 }));
      const damaged = { ...value, qbl: { ...value.qbl, sentAt } };
      expect(read(damaged)).toEqual({ kind: 'corrupt', run: RUN });
    },
  );

  it('reads the exact send time behind a proxy that writes numbers with 14 digits', () => {
    const digits = (_: string, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(14)) : value;
    const again = JSON.stringify(JSON.parse(sent({ a: 0.5, n: 12345678901234 }), digits));
    expect(read(again)).toMatchObject({ condition: 'intact', sentAtMs: 1700000000000.251 });
  });

  it('treats a message without a canonical form as corrupt', () => {
    expect(read(sent({ a: 1 }).replace('"a":1', '"a":"\\ud800"'))).toMatchObject({ condition: 'corrupt' });
  });

  it.each([['a brace', '"sum"', '}"sum"']])(
    'finds the run of a corrupt message when %s is damaged',
    (_, from, to) => {
      expect(read(sent({ a: 1 }).replace(from, to))).toEqual({ kind: 'corrupt', run: RUN });
    },
  );

  it.each([
    ['the reserved key', '"qbl"', '"qbm"'],
    ['the name of a number', '"thread"', '"thraad"'],
  ])('reads the identity of a corrupt message when %s is damaged', (_, from, to) => {
    expect(read(sent({ a: 1 }).replace(from, to))).toMatchObject({ condition: 'corrupt', identity });
  });

  it.each([
    ['the field of a body', '{"type":"run-1"}', 'other', '"sum":', '"sum"?'],
    ['a field named run', '{"run":"run-1"}', 'other', '"group":1', '"group":'],
    ['a field named run, and its sum', '{"run":"run-1"}', 'other', '"sum":', '"sum"?'],
    ['a longer id', '{"a":1}', 'run-12', '"sum":', '"sum"?'],
    ['a longer id, and its key', '{"a":1}', 'run-12', '"qbl":', '"qbl"?'],
  ])(
    'treats a damaged message of another run as foreign, although it mentions our run in %s',
    (_, body, run, from, to) => {
      const value = writeMessage(body, { ...identity, run }, 1.5).replace(from, to);
      expect(read(value)).toEqual({ kind: 'foreign' });
      expect(reader(null, run).read(Buffer.from(value))).toMatchObject({ kind: 'corrupt', run });
    },
  );

  it.each([
    ['not valid JSON', sent({ a: 1 }).replace(':1,', ':,')],
    ['not valid UTF-8', Buffer.concat([Buffer.from('\xff', 'latin1'), Buffer.from(sent({ a: 1 }))])],
  ])('counts a damaged message that is %s as arrived if its claim is readable', (_, value) => {
    expect(reader().read(Buffer.from(value))).toMatchObject({
      kind: 'message',
      condition: 'corrupt',
      identity,
    });
  });

  it('detects invalid UTF-8 that decodes to the same replacement character as the original', () => {
    const template = { a: '\uFFFD' };
    const value = Buffer.from(JSON.stringify(JSON.parse(sent(template)), null, 1));
    expect(reader(template).read(value)).toMatchObject({ condition: 'intact' });
    value[value.indexOf(0xef)] = 0xf0;
    expect(reader(template).read(value)).toMatchObject({ condition: 'corrupt', identity });
  });

  it('finds a message behind the prefix of a serializer', () => {
    const value = Buffer.from(sent({ a: 1 }));
    for (const prefix of ['\0\0\0\0\x07', '\0\xff\xfe{"', '\xef\xbb\xbf']) {
      const whole = Buffer.concat([Buffer.from(prefix, 'latin1'), value]);
      expect(reader().read(whole)).toMatchObject({ condition: 'intact', identity });
    }
  });

  it('finds a message at any depth of nesting', () => {
    let object: unknown = JSON.parse(sent({ a: 1 }));
    for (let i = 0; i < 2_000; i++) object = i % 2 === 0 ? { i, object } : [i, object];
    expect(read(object)).toMatchObject({ condition: 'intact', identity });
    let text: unknown = sent({ a: 1 });
    for (let i = 0; i < 6; i++) text = JSON.stringify(i % 2 === 0 ? { text } : text);
    expect(read(text)).toMatchObject({ condition: 'intact', identity });
  });

  it('finds a message in an envelope, as an object or as a string, and in a list', () => {
    const inner = sent({ a: 1 });
    for (const value of [
      { payload: JSON.parse(inner), at: 5 },
      { payload: inner },
      [{ meta: 1 }, JSON.parse(inner)],
      { data: { records: [{ value: inner }] } },
      [JSON.parse(inner), JSON.parse(sent({ a: 1 }, { ...identity, loop: 4 }))],
    ]) {
      expect(read(value)).toMatchObject({ kind: 'message', condition: 'intact', identity });
    }
  });

  it('distinguishes fields that a proxy added from fields that it changed', () => {
    const template = { a: 1, deep: { b: [{ c: 1 }] }, e: null };
    const value = JSON.parse(sent(template));
    const added = { ...value, receivedAt: 'x', deep: { ...value.deep, d: 2 } };
    expect(read(added, template)).toMatchObject({ condition: 'enriched', identity });
    expect(read({ ...value, deep: { b: [{ c: 1, d: 2 }] } }, template)).toMatchObject({
      condition: 'enriched',
    });
    expect(read({ ...added, a: 2 }, template)).toMatchObject({ condition: 'corrupt', identity });
    expect(read({ ...value, deep: { b: [] } }, template)).toMatchObject({ condition: 'corrupt' });
    expect(read({ ...value, deep: { b: [{ c: 1 }, { c: 2 }] } }, template)).toMatchObject({
      condition: 'corrupt',
    });
    const { a: _, ...without } = value;
    expect(read(without, template)).toMatchObject({ condition: 'corrupt' });
  });

  it('recognises a message written with other escapes and number notations', () => {
    const value = sent({ n: 1, text: 'avería', x: 0.5 });
    const other = value.replace('í', '\\u00ed').replace('"n":1', '"n":1.0').replace('0.5', '5e-1');
    expect(read(other)).toMatchObject({ condition: 'intact', identity });
  });

  it('treats messages of other runs, and all other values, as foreign', () => {
    const foreign = { kind: 'foreign' };
    expect(read(sent({ a: 1 }, { ...identity, run: 'other' }))).toEqual(foreign);
    for (const value of [
      '',
      '{',
      'null',
      '[]',
      '"qbl"',
      '{"qbl":{}}',
      '{"qbl":{"run":"run-1"}}',
      '{"run":"run-1"}',
    ]) {
      expect([value, read(value).kind === 'message']).toEqual([value, false]);
    }
    expect(read('{"run":"run-1"}')).toEqual(foreign);
    expect(read(sent({ a: 1 }, { ...identity, run: 'other' }).replace('"qbl"', '"qbm"'))).toEqual(foreign);
    expect(reader().read(null)).toEqual(foreign);
  });

  it('does not assign a damaged message to a run that is named like one of its keys', () => {
    const damaged = sent({ a: 1 }, { ...identity, run: 'other' }).replace('"sentAt":', '"sentAt"?');
    for (const run of ['loop', 'run', 'sum', 'qbl'])
      expect([run, reader(null, run).read(Buffer.from(damaged)).kind]).toEqual([run, 'foreign']);
    expect(reader(null, 'other').read(Buffer.from(damaged)).kind).toBe('corrupt');
  });

  it('never throws for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, text) => {
        reader().read(Buffer.from(bytes));
        read(
          `{"qbl":{"run":"run-1","group":1,"thread":1,"loop":1,"request":1,"sentAt":"1","sum":"x"},"a":"${text}"}`,
        );
      }),
    );
    const surrogate =
      '{"a":"\\ud800","qbl":{"run":"run-1","group":1,"thread":1,"loop":1,"request":1,"sentAt":"1","sum":"x"}}';
    expect(read(surrogate)).toMatchObject({ condition: 'corrupt' });
    expect(read(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toEqual({ kind: 'foreign' });
  });
});

function more(value: unknown): unknown {
  return typeof value === 'number' ? value + 1 : String(Number(value) + 1);
}

/**
 * Replaces each byte of a message. Returns the changes that damage the message, but that the reader `by` does not
 * report as corrupt.
 */
function unseen(value: Buffer, bytes: readonly number[], by: MessageReader): string[] {
  const message = firstMessage(JSON.parse(value.toString()));
  const found: string[] = [];
  for (const [at, original] of value.entries()) {
    for (const byte of bytes) {
      if (byte === original) continue;
      const damaged = Buffer.from(value);
      damaged[at] = byte;
      const judged = ruling(by.read(damaged));
      if (judged !== 'corrupt' && !holds(damaged, message)) found.push(`${at}: ${byte} is ${judged}`);
    }
  }
  return found;
}

function ruling(reading: Reading): string {
  return reading.kind === 'message' ? reading.condition : reading.kind;
}

function holds(value: Buffer, message: unknown): boolean {
  try {
    return isUtf8(value) && isDeepStrictEqual(firstMessage(JSON.parse(value.toString())), message);
  } catch {
    return false;
  }
}

/** The first object with the reserved key, at any depth of objects, lists and JSON strings. */
function firstMessage(value: unknown): unknown {
  if (typeof value === 'string' && value.includes('{')) return firstMessage(JSON.parse(value));
  if (isObject(value) && 'qbl' in value) return value;
  const parts = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return parts.map(firstMessage).find((found) => found !== undefined);
}

it('accepts only run IDs that are safe as a folder name', () => {
  expect(['a', 'A.b_c-9', 'x'.repeat(64)].every(isRunId)).toBe(true);
  expect(['', '.', '..', 'a/b', 'a b', 'ñ', 'x'.repeat(65)].some(isRunId)).toBe(false);
});
