import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { BodyTemplates } from './body-template.ts';
import { JsonObject } from './json/json.ts';
import { parseJson } from './json/parse-json.ts';
import { MessageReader } from './reading/read.ts';
import { writeMessage } from './write.ts';

const RUN = 'x-1';
const identity = { run: RUN, group: 1, thread: 7, loop: 3, request: 1 };
const FIELDS = '{"id":"a-1","texto":"hola","usuario":1}';
const ours = writeMessage(FIELDS, identity, 1700000000000.251);

function bodies(fields: string): BodyTemplates {
  const parsed = parseJson(fields);
  if (!('value' in parsed && parsed.value instanceof JsonObject)) throw new TypeError('no object');
  const all = [{ shape: parsed.value }];
  return { of: () => all[0] ?? null, all: () => all };
}

function reader(...runs: string[]): MessageReader {
  return new MessageReader(new Map(runs.map((run) => [run, bodies(FIELDS)])));
}

const read = (value: string | Buffer) => reader(RUN).read(Buffer.from(value));
const FOREIGN = { kind: 'foreign' };
const claim = JSON.stringify(JSON.parse(ours).qbl);

it.each([
  ['an event with fields of the same names', '{"run":"x-1","sentAt":"1700000000000","sum":12,"thread":1}'],
  ['an event with all names of a claim', `{"type":"test",${claim.slice(1, -1)}}`],
  ['an event that carries the claim for correlation', `{"type":"processed","tookMs":3,"qbl":${claim}}`],
  ['an event that carries the claim and the id field', `{"type":"processed","id":"a-1","qbl":${claim}}`],
  [
    'an event with a key of the same name',
    '{"qbl":"x-1","run":"x-1","group":1,"thread":1,"loop":1,"sentAt":1,"sum":1}',
  ],
  [
    'an event that has part of a claim',
    '{"qbl":{"run":"x-1","thread":1,"loop":2},"sentAt":"","sum":"","group":1,"request":1}',
  ],
  ['a log line in JSON that quotes a message', JSON.stringify({ level: 'info', msg: `sent ${ours}` })],
  [
    'a log line in JSON that quotes part of a message',
    JSON.stringify({ msg: `sent ${ours.slice(3)} to the queue` }),
  ],
  [
    'a truncated event that has the words of a claim',
    '{"msg":"qbl group thread loop request sentAt sum","run":"x-1"',
  ],
  ['a line of text that quotes a message', `2026-11-29 10:00:00 INFO sent ${ours}`],
  ['a line in brackets that quotes a message', `[2026-11-29 10:00:00] INFO sent ${ours}`],
  ['a line in quotes that quotes a message', `"POST /send" 200 body=${ours}`],
])('treats %s as foreign', (_, value) => {
  expect(read(value)).toEqual(FOREIGN);
});

it.each([
  ['before the message', { qbl: JSON.parse(claim), data: JSON.parse(ours) }],
  ['after the message', { data: JSON.parse(ours), qbl: JSON.parse(claim) }],
  ['beside the text of the message', { meta: { qbl: JSON.parse(claim) }, data: ours }],
  ['of another message', { cause: { qbl: { ...JSON.parse(claim), loop: 2 } }, data: JSON.parse(ours) }],
  ['of another run', { cause: { qbl: { ...JSON.parse(claim), run: 'y' } }, data: JSON.parse(ours) }],
])('finds a message in an envelope with a claim %s', (_, envelope) => {
  expect(read(JSON.stringify(envelope))).toMatchObject({ kind: 'message', condition: 'intact', identity });
});

it.each([
  [
    'a damaged text',
    { meta: { qbl: JSON.parse(claim) }, data: ours.replace('"texto":', '"texto"#') },
    { identity },
  ],
  [
    'a damaged key',
    { qbl: JSON.parse(claim), data: JSON.parse(ours.replace('"qbl"', '"qbm"')) },
    { identity },
  ],
  [
    'a damaged claim',
    { qbl: JSON.parse(claim), data: JSON.parse(ours.replace('"loop":3', '"loop":"x"')) },
    {},
  ],
])('finds %s in an envelope that repeats the claim', (_, envelope, found) => {
  const { kind, ...reading } = read(JSON.stringify(envelope));
  const condition = kind === 'message' ? { condition: 'corrupt' } : {};
  expect({ kind, ...reading }).toMatchObject({ run: RUN, ...condition, ...found });
});

it('treats an object with the fields of the message as the message, although the original is inside', () => {
  const changed = { ...JSON.parse(ours), texto: 'adiós', original: JSON.parse(ours) };
  expect(read(JSON.stringify(changed))).toMatchObject({ kind: 'message', condition: 'corrupt', identity });
});

it('reads no message inside a whole message of another run', () => {
  const other = writeMessage('{"b":1}', { ...identity, run: 'y' }, 1700000000000.251);
  const fields = `{"b":1,"copy":${ours}}`;
  expect(read(JSON.stringify({ sent: JSON.parse(other), of: ours }))).toEqual(FOREIGN);
  expect(read(writeMessage(fields, { ...identity, run: 'y' }, 1700000000000.251))).toEqual(FOREIGN);
});

it('reads a bounded number of claims, because each costs a checksum', () => {
  const mentions = Array.from({ length: 1_000 }, (_, loop) => ({
    qbl: { ...JSON.parse(claim), loop: loop + 1 },
  }));
  expect(read(JSON.stringify([...mentions.slice(0, 3), JSON.parse(ours)]))).toMatchObject({ identity });
  expect(read(JSON.stringify([...mentions, JSON.parse(ours)]))).toEqual(FOREIGN);
});

it.each([
  ['a byte order mark', `\ufeff${ours}`],
  ['an escape in the key', ours.replace('"qbl"', '"\\u0071bl"').replace('"sentAt"', '"s\\u0065ntAt"')],
])('finds a message with %s in the text of an envelope', (_, text) => {
  expect(read(JSON.stringify({ text }))).toMatchObject({ kind: 'message', condition: 'intact', identity });
});

it('treats a message that lost a field as damaged, not as a mere mention', () => {
  const { texto: _, ...rest } = JSON.parse(ours);
  expect(read(JSON.stringify(rest))).toMatchObject({ kind: 'message', condition: 'corrupt', identity });
});

it("assigns a message to the run whose ID makes the checksum match, although the damaged ID is another run's", () => {
  const theirs = writeMessage(FIELDS, { ...identity, run: 'x-2' }, 1.5).replace('"x-2"', '"x-1"');
  expect(read(theirs)).toEqual(FOREIGN);
  const enriched = theirs.replace('{', '{"hop":1,');
  expect(read(enriched)).toEqual(FOREIGN);
  expect(reader(RUN, 'x-2').read(Buffer.from(theirs))).toMatchObject({ condition: 'corrupt', run: 'x-2' });
});

it.each([
  ['first', '{"usuario":999999,"id":"a-1","texto":"hola","usuario":1,'],
  ['last', '{"id":"a-1","texto":"hola","usuario":1,"usuario":2,'],
  ['with the same value', '{"id":"a-1","texto":"hola","usuario":1,"usuario":1,'],
])('treats a message with a repeated key as damaged, %s', (_, fields) => {
  const value = fields + ours.slice(ours.indexOf('"qbl"'));
  expect(read(value)).toMatchObject({ condition: 'corrupt', identity });
  expect(read(JSON.stringify({ payload: value }))).toMatchObject({ condition: 'corrupt', identity });
});

it.each([
  ['a vertical tab', 'corrupt', '\v'],
  ['a form feed', 'corrupt', '\f'],
  ['white space of JSON', 'intact', ' \t\r\n'],
])('reads a message that ends with %s as %s', (_, condition, end) => {
  expect(read(ours + end)).toMatchObject({ condition, identity });
  expect(read(JSON.stringify({ payload: ours + end }))).toMatchObject({ condition, identity });
});

it('treats a message with a byte at its end that is not UTF-8 as damaged', () => {
  expect(read(Buffer.concat([Buffer.from(ours), Buffer.of(0xa0)]))).toEqual({ kind: 'corrupt', run: RUN });
});

it('treats a message with a repeated claim as damaged', () => {
  const value = `${ours.slice(0, -1)},"qbl":${claim}}`;
  expect(read(value)).toMatchObject({ condition: 'corrupt', identity });
});

it('treats a message with a repeated name in its claim as damaged, in any order', () => {
  for (const value of [
    ours.replace('"thread":7', '"thread":7,"thread":8'),
    ours.replace('"thread":7', '"thread":8,"thread":7'),
    ours.replace('"sum"', '"run":"x-2","sum"'),
  ]) {
    expect(read(value)).toEqual({ kind: 'corrupt', run: RUN });
  }
});

it('accepts a key that the plan repeats, and detects when one of the two is lost or changed', () => {
  const repeating = '{"a":1,"a":2}';
  const value = writeMessage(repeating, identity, 1.5);
  const by = new MessageReader(new Map([[RUN, bodies(repeating)]]));
  const condition = (text: string) => by.read(Buffer.from(text));
  expect(condition(value)).toMatchObject({ condition: 'intact' });
  expect(condition(value.replaceAll(',', ' , '))).toMatchObject({ condition: 'intact' });
  expect(condition(value.replace('"a":1,', ''))).toMatchObject({ condition: 'corrupt' });
  expect(condition(value.replace('"a":1', '"a":3'))).toMatchObject({ condition: 'corrupt' });
});

const UUID = Buffer.from('0123456789abcdef');
const MARK = Buffer.from('\uFEFF');
const glue = (compression: number, content: Buffer) =>
  Buffer.concat([Buffer.from([3, compression]), UUID, content]);
const confluent = (content: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), content]);

it.each([
  ['AWS Glue', glue(0, Buffer.from(ours))],
  ['AWS Glue, compressed', glue(5, deflateSync(ours))],
  ['Confluent, with a byte order mark', confluent(Buffer.concat([MARK, Buffer.from(ours)]))],
])('reads an intact message behind this prefix: %s', (_, value) => {
  expect(read(value)).toMatchObject({ condition: 'intact', identity });
});

it.each([
  ['AWS Glue', glue(0, Buffer.from(ours)), [0, 18]],
  ['Confluent', confluent(Buffer.from(ours)), [0, 5]],
  ['byte order mark', Buffer.concat([MARK, Buffer.from(ours)]), [0, 1, 2, 3]],
])('never treats a message as foreign because of a damaged byte in this prefix: %s', (_, value, places) => {
  for (const at of places) {
    for (let byte = 0; byte < 256; byte++) {
      const damaged = Buffer.from(value);
      damaged[at] = byte;
      const reading = read(damaged);
      if (byte !== value[at]) expect([at, byte, reading.kind]).not.toContain('foreign');
    }
  }
});

it.each([
  ['numbers in another notation', '{"a":1.0,"b":1e3,"c":-0,"d":0.5}', '{"a":1,"b":1000,"c":0,"d":5e-1,'],
  ['sorted keys and escapes', '{"b":"í/<","a":[]}', '{"a":[],"b":"\\u00ed\\/\\u003c",'],
])('accepts a message in which a proxy wrote %s', (_, sent, written) => {
  const canonical = { '{"a":1.0,"b":1e3,"c":-0,"d":0.5}': '{"a":1,"b":1000,"c":0,"d":0.5}' }[sent];
  const value = writeMessage(sent, identity, 1.5, canonical ?? '{"a":[],"b":"í/<"}');
  expect(read(value)).toMatchObject({ condition: 'intact' });
  expect(read(written + value.slice(value.indexOf('"qbl"')))).toMatchObject({ condition: 'intact' });
});

it('reads messages of 100,000 levels of nesting, damaged ones too', () => {
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const value = writeMessage(deep, identity, 1.5);
  const by = new MessageReader(new Map([[RUN, bodies(deep)]]));
  expect(by.read(Buffer.from(value))).toMatchObject({ condition: 'intact' });
  expect(by.read(Buffer.from(value.replace('{"a":', '{"b":1, "a":')))).toMatchObject({
    condition: 'enriched',
  });
  expect(by.read(Buffer.from(value.replace('[]', '[1]')))).toMatchObject({ condition: 'corrupt' });
  expect(by.read(Buffer.from('['.repeat(100_000) + value)).kind).toBe('message');
});
