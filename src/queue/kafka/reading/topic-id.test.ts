import { expect, it } from 'vitest';
import { readFirstTopicId } from './topic-id.ts';

/**
 * Builds an answer in the format of MetadataResponse.json, version 10. Compact strings and arrays begin with their
 * length plus one.
 */
const ID = '0123456789abcdef0123456789abcdef';
const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number) => Buffer.concat([int16(value >>> 16), int16(value & 0xffff)]);
const compact = (text: string) => Buffer.from([text.length + 1, ...Buffer.from(text)]);
const NULL = Buffer.from([0]);
const NO_TAGS = Buffer.from([0]);
/** A list with one tagged field that qbl does not know: number 5, two bytes. */
const TAGS = Buffer.from([1, 5, 2, 0xff, 0xff]);

function response({ id = ID, errorCode = 0, topics = 1, tags = NO_TAGS } = {}): Buffer {
  const broker = (rack: Buffer) => [int32(1), compact('kafka'), int32(9092), rack, tags];
  const brokers = [Buffer.from([3]), ...broker(NULL), ...broker(compact('rack-a'))];
  const topic = [int16(errorCode), compact('orders'), Buffer.from(id, 'hex'), Buffer.from([0, 1])];
  return Buffer.concat([
    ...[tags, int32(0), ...brokers, compact('cluster'), int32(1)],
    ...[Buffer.from([topics + 1]), ...(topics === 0 ? [] : topic)],
  ]);
}

it('finds the topic id after brokers with and without a rack', () => {
  expect(readFirstTopicId(response())).toBe(ID);
});

it('skips unknown tagged fields', () => {
  expect(readFirstTopicId(response({ tags: TAGS }))).toBe(ID);
});

it('returns null for an id of zeros', () => {
  expect(readFirstTopicId(response({ id: '0'.repeat(32) }))).toBeNull();
});

it.each([
  ['an error', { errorCode: 3 }, 'error 3 instead of the topic id'],
  ['no topic', { topics: 0 }, 'no topic'],
])('throws for an answer with %s', (_, some, message) => {
  expect(() => readFirstTopicId(response(some))).toThrow(message);
});
