import { CompressionTypes } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { initProducerId, produce } from '../wire/apis/records.ts';
import { ERRORS } from '../wire/errors.ts';

afterEach(cleanUp);

async function start() {
  const broker = await TestBroker.start({ partitions: 2 });
  const client = await broker.client();
  await touchTopic(client, 't');
  return { broker, client };
}

describe('with kafkajs', () => {
  test.each([
    ['none', CompressionTypes.None],
    ['gzip', CompressionTypes.GZIP],
  ])(
    'a message with compression %s is consumed with its append time as timestamp',
    async (_, compression) => {
      const broker = await TestBroker.start();
      const kafka = broker.kafka();
      const producer = kafka.producer();
      await producer.connect();
      const before = Date.now();
      const messages = Array.from({ length: 200 }, (_value, index) => ({
        key: `k${index}`,
        value: `value ${index}`,
        headers: { h: 'x' },
        timestamp: '1000',
      }));
      const sent = await producer.send({ topic: 't', messages, compression });
      await producer.disconnect();
      expect(sent.every(({ errorCode }) => errorCode === 0)).toBe(true);

      const consumer = kafka.consumer({ groupId: 'g' });
      await consumer.connect();
      await consumer.subscribe({ topic: 't', fromBeginning: true });
      const seen = new Map<string, number>();
      await new Promise<void>((resolve) => {
        void consumer.run({
          eachMessage: async ({ message }) => {
            seen.set(String(message.value), Number(message.timestamp));
            if (seen.size === messages.length) resolve();
          },
        });
      });
      await consumer.disconnect();
      expect([...seen.keys()].sort()).toEqual(messages.map(({ value }) => value).sort());
      for (const timestamp of seen.values()) expect(timestamp).toBeGreaterThanOrEqual(before);
    },
  );

  test('an idempotent producer works', async () => {
    const broker = await TestBroker.start();
    const producer = broker.kafka().producer({ idempotent: true });
    await producer.connect();
    for (let round = 0; round < 3; round++) {
      await producer.send({ topic: 't', messages: [{ key: 'k', value: `${round}` }] });
    }
    await producer.disconnect();
  });

  test('a transactional producer gets an error, because there are no transactions', async () => {
    const broker = await TestBroker.start();
    const producer = broker
      .kafka()
      .producer({ transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1 });
    await expect(producer.connect().then(() => producer.transaction())).rejects.toThrow();
    await producer.disconnect();
  });
});

describe('produced batches', () => {
  test.each([1, 2, 3, 4])('compression %i is stored unchanged', async (codec) => {
    const { client } = await start();
    const payload = Buffer.from([0, 1, 2, 254, 255, codec]);
    const { errorCode, baseOffset } = await produceTo(
      client,
      't',
      batchOf({ attributes: codec, payload, count: 3 }),
    );
    expect([errorCode, baseOffset]).toEqual([ERRORS.NONE, 0]);
    const { records } = await fetchFrom(client, 't');
    expect(records?.subarray(61)).toEqual(payload);
    expect(records?.readInt16BE(21)).toBe(codec | 0x08);
  });

  test('zstd before version 7 is refused', async () => {
    const { client } = await start();
    const { errorCode } = await produceTo(client, 't', batchOf({ attributes: 4 }), 0, 6);
    expect(errorCode).toBe(ERRORS.UNSUPPORTED_COMPRESSION_TYPE);
  });

  test('offsets increase without gaps, and the checksum is right after the timestamp was set', async () => {
    const { client } = await start();
    await produceTo(client, 't', batchOf({ count: 3 }));
    const second = await produceTo(client, 't', batchOf({ count: 2 }));
    expect(second.baseOffset).toBe(3);
    const { records, highWatermark } = await fetchFrom(client, 't', { offset: 3 });
    expect(highWatermark).toBe(5);
    expect(Number(records?.readBigInt64BE(0))).toBe(3);
    const again = await produceTo(client, 't', Buffer.from(records ?? []));
    expect(again.errorCode).toBe(ERRORS.NONE);
  });

  test('a batch with a wrong checksum is refused, and nothing is stored', async () => {
    const { client } = await start();
    const batch = batchOf({ payload: Buffer.from('to be damaged') });
    batch[batch.length - 1] = 0;
    expect((await produceTo(client, 't', batch)).errorCode).toBe(ERRORS.CORRUPT_MESSAGE);
    expect((await fetchFrom(client, 't')).highWatermark).toBe(0);
  });

  test.each([0, 1])('the old batch format %i is refused', async (magic) => {
    const { client } = await start();
    const batch = batchOf();
    batch.writeInt8(magic, 16);
    expect((await produceTo(client, 't', batch)).errorCode).toBe(ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT);
  });

  test.each([0, 1, 2])('Produce version %i is listed, but refused with an error', async (version) => {
    const { client } = await start();
    const { errorCode } = await produceTo(client, 't', batchOf(), 0, version);
    expect(errorCode).toBe(ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT);
  });

  test.each([
    ['no records', null, ERRORS.CORRUPT_MESSAGE],
    ['half a batch', batchOf().subarray(0, 62), ERRORS.CORRUPT_MESSAGE],
    ['two batches', Buffer.concat([batchOf(), batchOf()]), ERRORS.INVALID_RECORD],
    ['a control batch', batchOf({ attributes: 0x20 }), ERRORS.INVALID_RECORD],
    ['a transactional batch', batchOf({ attributes: 0x10 }), ERRORS.INVALID_TXN_STATE],
    ['a batch without records', batchOf({ count: 0 }), ERRORS.INVALID_RECORD],
  ])('a Produce request with %s is refused', async (_, records, expected) => {
    const { client } = await start();
    expect((await produceTo(client, 't', records)).errorCode).toBe(expected);
  });

  test('a missing topic or partition has an error of its own', async () => {
    const { client } = await start();
    expect((await produceTo(client, 'other', batchOf())).errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
    expect((await produceTo(client, 't', batchOf(), 2)).errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
    expect((await produceTo(client, 't', batchOf(), -1)).errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  });

  test('without acks there is no answer, and an error closes the connection', async () => {
    const { broker, client } = await start();
    const body = (topic: string) => ({
      acks: 0,
      timeoutMs: 1_000,
      topics: [{ name: topic, partitions: [{ index: 0, records: batchOf() }] }],
    });
    client.send(produce, 8, body('t'));
    expect((await fetchFrom(client, 't', { maxWaitMs: 5_000 })).highWatermark).toBe(1);
    client.send(produce, 8, body('other'));
    await client.closed;
    expect(broker.lines).toHaveLength(1);
  });
});

describe('idempotent producers', () => {
  const from = (baseSequence: number, producerEpoch = 0, count = 1) =>
    batchOf({ producerId: 7, producerEpoch, baseSequence, count, payload: Buffer.from(`s${baseSequence}`) });

  test('a repeat of one of the last five batches gets its first offset, even after a restart', async () => {
    const { broker, client } = await start();
    for (let sequence = 0; sequence < 6; sequence++) await produceTo(client, 't', from(sequence));
    const repeated = await produceTo(client, 't', from(1));
    expect([repeated.errorCode, repeated.baseOffset]).toEqual([ERRORS.NONE, 1]);
    await broker.restart();
    const later = await broker.client();
    const again = await produceTo(later, 't', from(4));
    expect([again.errorCode, again.baseOffset]).toEqual([ERRORS.NONE, 4]);
    expect(payloadsOf((await fetchFrom(later, 't')).records)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);
    expect((await produceTo(later, 't', from(6))).baseOffset).toBe(6);
  });

  test('a repeat that arrives together with its original is stored once', async () => {
    const { client } = await start();
    const answers = await Promise.all([produceTo(client, 't', from(0)), produceTo(client, 't', from(0))]);
    expect(answers.map(({ errorCode, baseOffset }) => [errorCode, baseOffset])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect((await fetchFrom(client, 't')).highWatermark).toBe(1);
  });

  test('a gap or an older repeat is answered as out of order', async () => {
    const { client } = await start();
    for (let sequence = 0; sequence < 6; sequence++) await produceTo(client, 't', from(sequence));
    expect((await produceTo(client, 't', from(7))).errorCode).toBe(ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect((await produceTo(client, 't', from(0))).errorCode).toBe(ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER);
  });

  test('a new epoch starts at sequence number 0 and fences the old one', async () => {
    const { client } = await start();
    await produceTo(client, 't', from(0));
    expect((await produceTo(client, 't', from(1, 1))).errorCode).toBe(ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect((await produceTo(client, 't', from(0, 1))).errorCode).toBe(ERRORS.NONE);
    expect((await produceTo(client, 't', from(1, 0))).errorCode).toBe(ERRORS.INVALID_PRODUCER_EPOCH);
  });

  test('after 2^31 − 1, the sequence number continues with 0', async () => {
    const { client } = await start();
    await produceTo(client, 't', from(2 ** 31 - 2, 0, 3));
    expect((await produceTo(client, 't', from(1))).errorCode).toBe(ERRORS.NONE);
  });

  test('producer ids are never assigned twice, not even by a broker on a restored copy of its data', async () => {
    const { broker } = await start();
    const restored = await broker.killedCopy();
    const idOf = async (each: TestBroker) => {
      const ask = { transactionalId: null, transactionTimeoutMs: 0 };
      return (await (await each.client()).request(initProducerId, 1, ask)).producerId;
    };
    const ids = [await idOf(broker), await idOf(broker)];
    await broker.restart();
    ids.push(await idOf(broker));
    await restored.start();
    ids.push(await idOf(restored), await idOf(restored));
    expect(new Set(ids).size).toBe(5);
  });
});
