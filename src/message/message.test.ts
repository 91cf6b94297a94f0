import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRunId } from './identity.ts';
import { fields, identity, RUN, read, reader, sent, sortedKeys } from './testing/messages.ts';
import { writeMessage } from './write.ts';

const index = fc.integer({ min: 1, max: 1e9 });
const few = fc.integer({ min: 1, max: 100 });
const identities = fc.record({ run: fc.constant(RUN), group: few, thread: index, loop: index, request: few });
const sentAt = fc.integer({ min: 0, max: 2 ** 42 }).map((n) => n / 1000);

it('writes the time of sending with three decimals', () => {
  expect(sent({ a: 1 }, identity, 1700000000000.5)).toContain('"sentAt":"1700000000000.500"');
});

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

it('accepts only run IDs that are safe as a folder name', () => {
  expect(['a', 'A.b_c-9', 'x'.repeat(64)].every(isRunId)).toBe(true);
  expect(['', '.', '..', 'a/b', 'a b', 'ñ', 'x'.repeat(65)].some(isRunId)).toBe(false);
});
