import { createRequire } from 'node:module';
import fc from 'fast-check';
import { CompressionTypes } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { fastRequest, type ProduceFields, type RequestOf } from './fast-produce.ts';

const original: RequestOf = createRequire(import.meta.url)(
  'kafkajs/src/protocol/requests/produce/v4/request',
);

afterEach(() => {
  vi.useRealTimers();
});

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'binary', maxLength: 100 });
const header = fc.oneof(text, bytes, fc.array(text, { minLength: 1, maxLength: 3 }));
const message = fc.record(
  {
    key: fc.option(fc.oneof(text, bytes)),
    value: fc.option(fc.oneof(text, bytes)),
    headers: fc.dictionary(text, header, { maxKeys: 4 }),
  },
  { requiredKeys: ['value'] },
);
const fields = fc.record({
  acks: fc.constantFrom(-1, 0, 1),
  timeout: fc.nat(),
  producerId: fc.oneof(fc.constant(-1), fc.maxSafeNat()),
  producerEpoch: fc.integer({ min: -1, max: 32_767 }),
  compression: fc.constant(0),
  partition: fc.nat(),
  firstSequence: fc.nat(),
  topic: fc.string({ minLength: 1, maxLength: 100 }),
  messages: fc.array(message, { minLength: 1, maxLength: 150 }),
});

test('Produce requests have the same bytes as those of kafkajs', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await fc.assert(
    fc.asyncProperty(fields, async ({ topic, partition, firstSequence, messages, ...others }) => {
      const topicData = [{ topic, partitions: [{ partition, firstSequence, messages }] }];
      const request: ProduceFields = { ...others, topicData };
      const ours = fastRequest(original)(request);
      const theirs = original(request);
      expect((await ours.encode()).buffer).toEqual((await theirs.encode()).buffer);
      expect(ours.expectResponse()).toBe(theirs.expectResponse());
    }),
  );
});

const message0 = { key: null, value: 'x' };
const part = { partition: 0, firstSequence: 0, messages: [message0] };
const plain = { acks: -1, timeout: 1, producerId: 1, producerEpoch: 0, compression: CompressionTypes.None };

test.each<[string, Partial<ProduceFields>]>([
  ['is compressed', { compression: CompressionTypes.GZIP }],
  ['belongs to a transaction', { transactionalId: 't' }],
  ['has several topics', { topicData: ['a', 'b'].map((topic) => ({ topic, partitions: [part] })) }],
  ['has several partitions', { topicData: [{ topic: 'a', partitions: [part, { ...part, partition: 1 }] }] }],
  ['has no messages', { topicData: [] }],
  [
    'has messages with their own time',
    {
      topicData: [
        { topic: 'a', partitions: [{ ...part, messages: [{ ...message0, timestamp: '1700000000000' }] }] },
      ],
    },
  ],
])('kafkajs itself encodes a request that %s', async (_, change) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const request = { ...plain, topicData: [{ topic: 'a', partitions: [part] }], ...change };
  const ours = await fastRequest(original)(request).encode();
  expect(ours.constructor.name).toBe('Encoder');
  expect(ours.buffer).toEqual((await original(request).encode()).buffer);
});
