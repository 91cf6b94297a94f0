import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { bed, never, open, openConnectedSender, openReader, PARTITIONS, upTo } from './kafka-bed.ts';
import { inMs } from './support/deadline.ts';

const KEYS = ['ana', 'berta', 'carla', 'dora', 'eva', '1-1', '1-2', 'ñandú'];

describe('messages with keys', () => {
  test('messages of one key keep their order, however many batches are sent at once', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue, true);
    const { reader, read } = await openReader(queue, { kind: 'end' });
    const message = (n: number) => ({ key: KEYS[n % KEYS.length] ?? null, value: Buffer.from(String(n)) });
    const batches = upTo(30).map((batch) =>
      sender.send(
        upTo(40).map((i) => message(batch * 40 + i)),
        inMs(20_000),
      ),
    );
    const outcomes = (await Promise.all(batches)).flat();
    await reader.drain(inMs(10_000), never);

    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['acked']));
    const place = (n: number) => outcomes[n];
    for (const { partition, offset, value } of read) {
      expect(place(Number(value?.toString()))).toEqual({ kind: 'acked', place: { partition, offset } });
    }
    for (const index of KEYS.keys()) {
      const ofKey = read.filter(({ value }) => Number(value?.toString()) % KEYS.length === index);
      const order = ofKey.map(({ value }) => Number(value?.toString()));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      expect(ofKey).toHaveLength(150);
    }
  });

  test('messages of one key go to the same partition from qbl and from other Kafka clients', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue, true);
    const ours = await sender.send(
      KEYS.map((key) => ({ key, value: Buffer.from('1') })),
      inMs(10_000),
    );
    const producer = new Kafka({
      brokers: [`127.0.0.1:${bed.broker.port}`],
      logLevel: logLevel.NOTHING,
    }).producer();
    await producer.connect();
    for (const [i, key] of KEYS.entries()) {
      const [sent] = await producer.send({ topic: 'numbers', messages: [{ key, value: '2' }] });
      expect(ours[i]).toMatchObject({ place: { partition: sent?.partition } });
    }
    await producer.disconnect();
  });

  test('messages without a key go to every partition, even if others have keys', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue, true);
    const outcomes = [];
    for (const n of upTo(PARTITIONS * 2)) {
      outcomes.push(...(await sender.send([{ key: null, value: Buffer.from(String(n)) }], inMs(10_000))));
    }
    const partitions = outcomes.map((outcome) =>
      outcome.kind === 'acked' ? outcome.place?.partition : null,
    );
    expect(new Set(partitions).size).toBe(PARTITIONS);
  });
});
