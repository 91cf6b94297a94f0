import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { FindPlace } from '../placement.ts';
import { NumberTokenCodec } from '../token/number-token.ts';
import { spelled } from '../token/spelling.ts';
import { TokenCodec } from '../token/token.ts';
import { readToken, type TokenRun } from './token-reader.ts';

const EXECUTION = { run: 'mine', startedAtMs: 1_700_000_000_000 };
const codec = new TokenCodec(EXECUTION);
const numbers = new NumberTokenCodec(EXECUTION, [{ threads: 9, loops: 9, requests: 2 }]);
const PLACE = { group: 1, thread: 7, loop: 3, request: 2 };
const IDENTITY = { run: 'mine', ...PLACE };
const UUID = spelled(codec.digitsOf(PLACE), 'uuid');

function run(find: readonly FindPlace[], content: TokenRun['content'] = { kind: 'none' }): TokenRun {
  return { codec, numbers, find, content };
}

const AT: FindPlace = { kind: 'payload', pointer: ['order', 'id'] };
const read = (value: unknown, ...places: FindPlace[]) =>
  readToken({ value: Buffer.from(JSON.stringify(value)) }, [run(places.length === 0 ? [AT] : places)]);

test.each([
  ['at its place', { order: { id: UUID } }],
  ['as a whole number', { order: { id: numbers.numberOf(PLACE) } }],
  ['as digits of a text', { order: { id: String(numbers.numberOf(PLACE)) } }],
  ['within a longer text', { order: { id: `urn:uuid:${UUID}` } }],
  ['in an envelope', { meta: { order: { id: 'other' } }, payload: [{ order: { id: UUID } }] }],
  ['in an envelope as a text', { payload: JSON.stringify({ order: { id: UUID } }) }],
])('a token is found %s', (_, value) => {
  expect(read(value)).toMatchObject({ identity: IDENTITY, isDamaged: false, content: null });
});

test.each([
  ['in another field', { id: UUID, other: { order: UUID } }],
  ['in a text that mentions it', `order ${UUID}`],
])('no token is found %s', (_, value) => {
  expect(read(value)).toBeNull();
});

test('a repeated name hides a token, because parsers disagree which one counts', () => {
  const text = `{"order":{"id":"${UUID}"},"order":{"id":"${UUID}"}}`;
  expect(readToken({ value: Buffer.from(text) }, [run([AT])])).toBeNull();
});

test('a token is found in a header of any case, and in the key', () => {
  const headers = () => [
    { name: 'other', value: UUID },
    { name: 'X-Request-ID', value: 'wrong' },
    { name: 'X-REQUEST-ID', value: UUID },
  ];
  const inHeader = run([{ kind: 'header', name: 'X-Request-Id' }]);
  expect(readToken({ value: null, headers }, [inHeader])).toMatchObject({ identity: IDENTITY });
  const key = Buffer.from(UUID.toUpperCase());
  expect(readToken({ value: null, key }, [run([{ kind: 'key' }])])).toMatchObject({ identity: IDENTITY });
  expect(readToken({ value: null, key }, [inHeader])).toBeNull();
  expect(readToken({ value: Buffer.from(UUID) }, [run([{ kind: 'key' }])])).toBeNull();
});

test('an intact token in a later place goes before a damaged one', () => {
  const damaged = UUID.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
  const headers = () => [{ name: 'a', value: damaged }];
  const places: FindPlace[] = [{ kind: 'header', name: 'a' }, { kind: 'key' }];
  expect(readToken({ value: null, headers }, [run(places)])).toMatchObject({ isDamaged: true });
  const both = { value: null, headers, key: Buffer.from(UUID) };
  expect(readToken(both, [run(places)])).toMatchObject({ isDamaged: false, identity: IDENTITY });
});

test('no bytes make the reader throw', () => {
  const message = fc.record({ value: fc.uint8Array(), key: fc.uint8Array() });
  fc.assert(
    fc.property(message, fc.boolean(), ({ value, key }, isJson) => {
      const text = isJson ? JSON.stringify({ order: { id: Buffer.from(value).toString('latin1') } }) : value;
      const received = { value: Buffer.from(text), key: Buffer.from(key) };
      expect(readToken(received, [run([AT, { kind: 'key' }], { kind: 'whole' })])).toBeNull();
    }),
  );
});

test.each([
  ['whole', { kind: 'whole' } as const, { order: { id: UUID }, a: 1, b: 2 }, { b: 3 }, true],
  ['whole, in another order', { kind: 'whole' } as const, { order: { id: UUID }, a: 1, b: 2 }, {}, false],
  [
    'a field',
    { kind: 'fields', fields: [{ found: ['b'] }] } as const,
    { order: { id: UUID }, b: 2 },
    { b: 3 },
    true,
  ],
  [
    'another field',
    { kind: 'fields', fields: [{ found: ['b'] }] } as const,
    { order: { id: UUID }, b: 2, c: 1 },
    { c: 3 },
    false,
  ],
  [
    'a missing field',
    { kind: 'fields', fields: [{ found: ['b'] }] } as const,
    { order: { id: UUID }, b: 2 },
    { b: undefined },
    true,
  ],
])('the hash of the content (%s) shows a change', (_, content, sent, changes, differs) => {
  const hashOf = (value: object) =>
    readToken({ value: Buffer.from(JSON.stringify(value)) }, [run([AT], content)])?.content?.hash;
  const reversed = Object.fromEntries(Object.entries({ ...sent, ...changes }).reverse());
  expect(hashOf(sent)).toEqual(expect.any(Number));
  expect(hashOf(reversed) === hashOf(sent)).toBe(!differs);
});

test.each([
  ['with a byte order mark', (json: string) => `\ufeff${json}`],
  ['written as JSON twice', (json: string) => JSON.stringify(json)],
])('a token is found in the text of an envelope %s', (_, written) => {
  const text = written(JSON.stringify({ order: { id: UUID } }));
  expect(readToken({ value: Buffer.from(JSON.stringify({ text })) }, [run([AT])])).toMatchObject({
    identity: PLACE,
    isDamaged: false,
  });
});

test('an envelope may repeat the identity of the object whose fields are compared', () => {
  const content = { kind: 'fields', fields: [{ found: ['b'] }] } as const;
  const hashOf = (value: object) =>
    readToken({ value: Buffer.from(JSON.stringify(value)) }, [run([AT], content)])?.content?.hash;
  const inner = { order: { id: UUID }, b: 2 };
  const plain = hashOf(inner);
  expect(hashOf({ order: { id: UUID }, data: inner })).toBe(plain);
  expect(hashOf({ order: { id: UUID }, data: { ...inner, b: 3 } })).not.toBe(plain);
  expect(hashOf({ order: { id: UUID }, b: 3, data: inner }), 'the outer object has the field').not.toBe(
    plain,
  );
  const other = spelled(codec.digitsOf({ ...PLACE, loop: 7 }), 'uuid');
  expect(
    hashOf({ order: { id: UUID }, data: { ...inner, order: { id: other } } }),
    'another message',
  ).not.toBe(plain);
});

/** Returns the compared fields of a message with its token at `/id`. In the text, T stands for the token. */
function fieldsOf(text: string, ...pointers: string[]) {
  const fields = pointers.map((name) => ({ found: [name] }));
  const rule = run([{ kind: 'payload', pointer: ['id'] }], { kind: 'fields', fields });
  const other = spelled(codec.digitsOf({ ...PLACE, loop: 7 }), 'uuid');
  const value = Buffer.from(
    text.replaceAll('OTHER', `"${other}"`).replaceAll('T', `"${UUID}"`).replaceAll('ID', UUID),
  );
  return readToken({ value }, [rule])?.content?.fields;
}

const FIVE = [{ text: '5' }];
test.each([
  ['a direct child', '{"id":T,"data":{"id":T,"amount":5}}', FIVE],
  ['behind another envelope', '{"id":T,"data":{"id":T,"data":{"id":T,"amount":5}}}', FIVE],
  ['in a text', String.raw`{"id":T,"data":"{\"id\":\"ID\",\"amount\":5}"}`, FIVE],
  ['equal copies', '{"id":T,"data":[{"id":T,"amount":5},{"id":T,"amount":5.0}]}', FIVE],
  ['a log of its own', '{"id":T,"data":{"id":T,"amount":5,"log":{"id":T,"amount":6}}}', FIVE],
  ['not a sibling', '{"message":{"id":T},"original":{"id":T,"amount":5}}', [{ problem: 'missing' }]],
  ['not another message', '{"id":T,"data":{"id":OTHER,"amount":5}}', [{ problem: 'missing' }]],
  [
    'not if a name is repeated',
    '{"id":T,"amount":5,"amount":9,"log":{"id":T,"amount":5}}',
    [{ problem: 'repeated' }],
  ],
  [
    'not for a lone surrogate',
    '{"id":T,"amount":"\\ud800","log":{"id":T,"amount":5}}',
    [{ problem: 'unwritable' }],
  ],
  ['not for a huge number', '{"id":T,"amount":1e999,"log":{"id":T,"amount":5}}', [{ problem: 'unwritable' }]],
  [
    'not one of several',
    '{"id":T,"good":{"id":T,"amount":5},"bad":{"id":T,"amount":6}}',
    [{ problem: 'ambiguous' }],
  ],
  [
    'not beside a damaged one',
    '{"id":T,"good":{"id":T,"amount":5},"bad":{"id":T,"amount":1e999}}',
    [{ problem: 'ambiguous' }],
  ],
])('an envelope repeats the token of the message in it: %s', (_, text, expected) => {
  expect(fieldsOf(text, 'amount')).toEqual(expected);
});

test('an object with one of the fields is no envelope', () => {
  const log = '"log":{"id":T,"a":1,"b":2}';
  const incomplete = [{ text: '1' }, { problem: 'missing' }];
  expect(fieldsOf(`{"id":T,"a":1,${log}}`, 'a', 'b')).toEqual(incomplete);
  expect(fieldsOf(`{"id":T,"data":{"id":T,"a":1,${log}}}`, 'a', 'b')).toEqual(incomplete);
  const ambiguous = [{ text: '1' }, { problem: 'ambiguous' }];
  expect(fieldsOf(`{"id":T,"data":{"id":T,"a":1},${log}}`, 'a', 'b')).toEqual(ambiguous);
});

test('a token in a header belongs to the whole payload', () => {
  const fields = [{ found: ['amount'] }];
  const places: FindPlace[] = [
    { kind: 'header', name: 'id' },
    { kind: 'payload', pointer: ['id'] },
  ];
  const fieldsOf = (value: object) => {
    const message = {
      value: Buffer.from(JSON.stringify(value)),
      headers: () => [{ name: 'id', value: UUID }],
    };
    return readToken(message, [run(places, { kind: 'fields', fields })])?.content?.fields;
  };
  expect(fieldsOf({ data: { id: UUID, amount: 5 } })).toEqual(FIVE);
  expect(fieldsOf({ data: { amount: 5 } })).toEqual([{ problem: 'missing' }]);
});

test('a payload without a compared field is never unchanged, whatever its text is', () => {
  const headers = () => [{ name: 'id', value: UUID }];
  const rule = run([{ kind: 'header', name: 'id' }], { kind: 'fields', fields: [{ found: ['amount'] }] });
  const hashOf = (text: string) => readToken({ value: Buffer.from(text), headers }, [rule])?.content?.hash;
  expect(hashOf('{"amount":5}')).toEqual(expect.any(Number));
  expect(hashOf('[5]')).not.toBe(hashOf('{"amount":5}'));
});

test.each([
  ['that all have the field', (inner: string) => `{"id":T,"amount":${inner}}`],
  ['that all have one of the fields', (inner: string) => `{"id":T,"note":1,"amount":${inner}}`],
  ['without the field', (inner: string) => `{"id":T,"data":${inner}}`],
  [
    'without the field, around one that has it',
    (inner: string) => `{"id":T,"data":${inner},"log":{"id":T,"amount":[{}]}}`,
  ],
])('each object is written in canonical form at most once, of many nested objects %s', (_, around) => {
  const depth = 300;
  let text = '{"id":T,"amount":5}';
  for (let level = 0; level < depth; level++) text = around(text);
  const sorts = vi.spyOn(Array.prototype, 'toSorted');
  try {
    expect(fieldsOf(text, 'amount', 'note')).toHaveLength(2);
    expect(sorts.mock.calls.length).toBeLessThanOrEqual(2 * depth);
  } finally {
    sorts.mockRestore();
  }
});

test('a damaged byte is not a replacement character that was sent', () => {
  const rule = { kind: 'fields', fields: [{ found: ['name'] }] } as const;
  const contentOf = (value: Buffer) => readToken({ value }, [run([AT], rule)])?.content?.hash;
  const sent = Buffer.from(`{"order":{"id":"${UUID}"},"name":"\ufffd"}`);
  const whole = Buffer.from(sent.toString('latin1').replace('\xef\xbf\xbd', '\xff'), 'latin1');
  expect(contentOf(sent)).toBeDefined();
  expect(contentOf(whole)).not.toBe(contentOf(sent));
});
