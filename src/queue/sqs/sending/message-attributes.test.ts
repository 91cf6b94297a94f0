import { expect, it } from 'vitest';
import { OutgoingBatch } from './outgoing-batch.ts';

const LIMITS = { fifo: false, maxMessageBytes: 1_000 };
const NOT_SENT = { kind: 'refused', reason: 'unavailable' };

function batchOf(headers: readonly { name: string; value: string }[], value = '{}'): OutgoingBatch {
  return new OutgoingBatch([{ key: null, value: Buffer.from(value), headers }], LIMITS);
}

it('turns headers into attributes', () => {
  const headers = [
    { name: 'X-Order_1.id', value: '7' },
    { name: 'who', value: 'ñ' },
  ];
  expect(batchOf(headers).open.map(({ attributes }) => attributes)).toEqual([
    {
      'X-Order_1.id': { DataType: 'String', StringValue: '7' },
      who: { DataType: 'String', StringValue: 'ñ' },
    },
  ]);
});

it.each(['two words', 'ñ', '', '.a', 'a.', 'a..b', 'x'.repeat(257), 'AWS.a', 'amazon.trace'])(
  "refuses the name '%s' as invalid",
  (name) => {
    expect(batchOf([{ name, value: 'a' }]).outcomes()).toMatchObject([
      { kind: 'refused', reason: 'invalid' },
    ]);
  },
);

it('refuses values that SQS does not accept, and a second header of one name', () => {
  const one = { name: 'a', value: 'b' };
  for (const headers of [[{ name: 'a', value: '' }], [{ name: 'a', value: '\u0000' }], [one, one]])
    expect(batchOf(headers).outcomes()).toMatchObject([{ kind: 'refused', reason: 'invalid' }]);
});

it('accepts ten headers and refuses eleven', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `h${n}`, value: 'v' }));
  expect(batchOf(upTo(10)).outcomes()).toMatchObject([NOT_SENT]);
  const detail = 'SQS accepts at most 10 attributes, and this message has 11';
  expect(batchOf(upTo(11)).outcomes()).toEqual([{ kind: 'refused', reason: 'invalid', detail }]);
});

it('counts name, type and value for the size limit', () => {
  const name = 'long';
  const framing = name.length + 'String'.length + 2;
  expect(batchOf([{ name, value: 'x'.repeat(1_000 - framing) }]).outcomes()).toMatchObject([NOT_SENT]);
  expect(batchOf([{ name, value: 'x'.repeat(1_001 - framing) }]).outcomes()).toEqual([
    { kind: 'refused', reason: 'too-large', detail: "the message has 1001 bytes; the queue's limit is 1000" },
  ]);
});
