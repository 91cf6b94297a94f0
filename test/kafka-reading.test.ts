import { describe, expect, onTestFinished, test } from 'vitest';
import { batchOf } from '../src/broker/testing/batches.ts';
import { RawClient } from '../src/broker/testing/raw-client.ts';
import { produceTo } from '../src/broker/testing/test-broker.ts';
import { openQueue } from '../src/queue/open.ts';
import type { Reader, StartingPoint } from '../src/queue/reader.ts';
import {
  admin,
  bed,
  never,
  numbers,
  open,
  openConnectedSender,
  openReader,
  PARTITIONS,
  start,
  TOPIC,
  upTo,
  values,
} from './kafka-bed.ts';
import { LIES, startLyingKafka } from './lying-kafka.ts';
import { inMs } from './support/deadline.ts';

const doubtOf = (reader: Reader) => reader.removedSince({ kind: 'positions', positions: reader.start });

describe('reading begins', () => {
  async function sendThenRead(from: (places: Map<number, number>) => StartingPoint) {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    for (let n = 0; n < 30; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    const { reader: before } = await openReader(queue, { kind: 'end' });
    const { reader, read } = await openReader(queue, from(new Map(before.start)));
    for (let n = 30; n < 60; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    return { reader, read, ends: before.start };
  }

  test('reading can begin at the end of the log', async () => {
    const { read } = await sendThenRead(() => ({ kind: 'end' }));
    expect(values(read)).toEqual(upTo(60).slice(30));
  });

  test('reading can begin at the beginning of the log', async () => {
    const { read } = await sendThenRead(() => ({ kind: 'beginning' }));
    expect(values(read)).toEqual(upTo(60));
  });

  test('reading can begin at given positions, even in the middle of a batch', async () => {
    const { read, reader } = await sendThenRead((ends) => ({
      kind: 'positions',
      positions: new Map([...ends].map(([partition, end]) => [partition, end - 3])),
    }));
    expect(read).toHaveLength(30 + 3 * PARTITIONS);
    for (const { partition, offset } of read) {
      expect(offset).toBeGreaterThanOrEqual(reader.start.get(partition) ?? 0);
    }
  });

  test('reading can begin at a time: with the first later message, or at the end if there is none', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    await sender.send(numbers(0, 10), inMs(10_000));
    const { read, reader } = await openReader(queue, { kind: 'time', epochMs: Date.now() - 60_000 });
    await reader.drain(inMs(10_000), never);
    expect(values(read)).toEqual(upTo(10));
    const { reader: future } = await openReader(queue, { kind: 'time', epochMs: Date.now() + 60_000 });
    const { reader: end } = await openReader(queue, { kind: 'end' });
    expect(future.start).toEqual(end.start);
  });
});

describe('a drain', () => {
  test('draining an empty queue is complete at once', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader } = await openReader(queue, { kind: 'end' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
  });

  test('a drain continues after a restart of the broker', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    const { reader, read } = await openReader(queue, { kind: 'beginning' });
    await sender.send(numbers(0, 20), inMs(10_000));
    const { port } = bed.broker;
    await bed.broker.close();
    const draining = reader.drain(inMs(20_000), never);
    bed.broker = await start(port);
    await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
    expect((await draining).complete).toBe(true);
    await sender.send(numbers(20, 40), inMs(10_000));
    expect((await reader.drain(inMs(20_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(40));
  });

  test('a drain is incomplete if the end cannot be determined before the deadline or the abort', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader } = await openReader(queue, { kind: 'end' });
    await bed.broker.close();
    expect(await reader.drain(inMs(300), never)).toMatchObject({
      complete: false,
      ends: null,
      reason: expect.stringContaining('the end of the queue is not known'),
    });
    const abort = new AbortController();
    const draining = reader.drain(inMs(60_000), abort.signal);
    abort.abort();
    expect((await draining).complete).toBe(false);
    bed.broker = await start(bed.broker.port);
  });

  test('an incomplete drain has the error that came as its reason, not the last request that the deadline ended', async () => {
    const withoutPartitions = LIES['a body of zeros'];
    const kafka = await startLyingKafka(bed.broker, 'listOffsets', (frame) =>
      kafka.lies === 1 ? withoutPartitions(frame) : null,
    );
    onTestFinished(() => kafka.close());
    const queue = await openQueue(`kafka://127.0.0.1:${kafka.port}/${TOPIC}`);
    onTestFinished(() => queue.close());
    await queue.prepare();
    const options = { from: { kind: 'end' } as const, consume: false, name: 'misinformed' };
    const reader = await queue.openReader({ ...options, onDeliveries: () => {} });
    kafka.honest = false;
    expect(await reader.drain(inMs(3_000), never)).toMatchObject({
      complete: false,
      reason: `the end of the queue is not known: the broker's answer has no offset for partition 0`,
    });
    expect(kafka.lies).toBeGreaterThan(1);
  });

  test('a drain is incomplete if stored bytes are not valid records', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader, read } = await openReader(queue, { kind: 'beginning' });
    const client = await RawClient.connect(bed.broker.port);
    await produceTo(client, TOPIC, batchOf({ count: 2, payload: Buffer.from('no records') }), 1);
    client.destroy();
    const drain = await reader.drain(inMs(2_000), never);
    expect(drain).toMatchObject({
      complete: false,
      reason: expect.stringContaining(
        'partition 1 was read up to offset 0, but ends at offset 2; the latest error: the record batch at 0 cannot be read: ',
      ),
    });
    expect(read).toEqual([]);
  });

  test('a complete drain is doubted if messages were deleted before they were read', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    for (let n = 0; n < 30; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    const client = admin();
    await client.connect();
    bed.cleanups.push(() => client.disconnect());
    // kafkajs deletes records only in topics whose offsets it has requested before.
    await client.fetchTopicOffsets(TOPIC);
    await client.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '5' }] });
    const positions = new Map(upTo(PARTITIONS).map((partition) => [partition, 0]));
    const { reader } = await openReader(queue, { kind: 'positions', positions });
    expect(await reader.drain(inMs(10_000), never)).toMatchObject({ complete: true });
    expect(await reader.removedSince({ kind: 'positions', positions })).toMatchObject({
      kind: 'removed-by-retention',
      text: expect.stringContaining('partition 0 now begins at offset 5'),
    });
  });

  test('a complete drain is doubted if the topic was recreated', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    for (let n = 0; n < 30; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    const { reader } = await openReader(queue, { kind: 'end' });
    const client = admin();
    await client.connect();
    bed.cleanups.push(() => client.disconnect());
    await sender.close();
    await client.deleteTopics({ topics: [TOPIC] });
    await queue.prepare();
    await reader.drain(inMs(5_000), never);
    expect(await doubtOf(reader)).toMatchObject({ kind: 'queue-recreated' });
  });

  test('a complete drain is doubted if a partition no longer exists, even if it was empty', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader } = await openReader(queue, { kind: 'end' });
    const client = admin();
    await client.connect();
    bed.cleanups.push(() => client.disconnect());
    await client.deleteTopics({ topics: [TOPIC] });
    await client.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
    await reader.drain(inMs(5_000), never);
    expect((await doubtOf(reader))?.text).toContain('no longer exists');
  });

  test('a drain includes partitions that were added since', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader, read } = await openReader(queue, { kind: 'end' });
    const client = admin();
    await client.connect();
    bed.cleanups.push(() => client.disconnect());
    await client.createPartitions({ topicPartitions: [{ topic: TOPIC, count: PARTITIONS + 2 }] });
    const sender = await openConnectedSender(queue);
    for (let n = 0; n < 100; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    const drain = await reader.drain(inMs(10_000), never);
    expect(drain).toMatchObject({ complete: true });
    expect(drain.ends?.size).toBe(PARTITIONS + 2);
    expect(values(read)).toEqual(upTo(100));
    expect(new Set(read.map(({ partition }) => partition)).size).toBe(PARTITIONS + 2);
  });
});

test('reading leaves no consumer group and prints nothing', async () => {
  const queue = await open();
  await queue.prepare();
  const { reader } = await openReader(queue, { kind: 'end' });
  await reader.close();
  const client = admin();
  await client.connect();
  bed.cleanups.push(() => client.disconnect());
  expect((await client.listGroups()).groups).toEqual([]);
});
