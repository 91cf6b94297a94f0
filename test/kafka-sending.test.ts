import { describe, expect, test } from 'vitest';
import { pause } from '../src/pause.ts';
import type { SendOutcome } from '../src/queue/queue.ts';
import {
  bed,
  kinds,
  never,
  numbers,
  open,
  openConnectedSender,
  openReader,
  PARTITIONS,
  upTo,
  values,
} from './kafka-bed.ts';
import { startKafkaProxy } from './kafka-proxy.ts';
import { inMs } from './support/deadline.ts';

describe('a sent message', () => {
  test('a sent message is read once, at the offset in its acknowledgement, with a broker timestamp', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    const { reader, read } = await openReader(queue, { kind: 'end' });
    const batches = upTo(20).map((n) => sender.send(numbers(n * 50, n * 50 + 50), inMs(10_000)));
    const outcomes = (await Promise.all(batches)).flat();
    const drain = await reader.drain(inMs(10_000), never);

    expect(drain.complete).toBe(true);
    expect(values(read)).toEqual(upTo(1_000));
    const places = new Map(read.map((d) => [Number(d.value?.toString()), `${d.partition}/${d.offset}`]));
    outcomes.forEach((outcome, n) => {
      expect(outcome).toMatchObject({ kind: 'acked' });
      const place = outcome.kind === 'acked' ? outcome.place : null;
      expect(`${place?.partition}/${place?.offset}`).toBe(places.get(n));
    });
    expect(new Set(read.map(({ partition }) => partition)).size).toBe(PARTITIONS);
    for (const { timestamp, receivedAtMs } of read) {
      expect(timestamp?.source).toBe('LogAppendTime');
      expect(Math.abs(receivedAtMs - (timestamp?.atMs ?? 0))).toBeLessThan(60_000);
    }
  });

  test('a message too large for the topic is refused, but not the others', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    const { reader, read } = await openReader(queue, { kind: 'end' });
    const large = { key: null, value: Buffer.alloc(sender.maxMessageBytes + 1_000, '1') };
    // One message is larger than the embedded broker's limit of 32 MiB. The sender halves the batch and sends it
    // several times, so the deadline is long.
    const outcomes = await sender.send([...numbers(0, 7), large, ...numbers(7, 12)], inMs(60_000));

    expect(outcomes[7]).toMatchObject({ kind: 'refused', reason: 'too-large' });
    expect(outcomes.filter(({ kind }) => kind === 'acked')).toHaveLength(12);
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(12));
  });

  test('a message can be as large as the limit that the sender reports', async () => {
    const sender = await openConnectedSender(await open());
    const outcomes = await sender.send(
      [{ key: null, value: Buffer.alloc(sender.maxMessageBytes, '1') }],
      inMs(10_000),
    );
    expect(outcomes[0]?.kind).toBe('acked');
  });
});

describe('a lost acknowledgement', () => {
  test('an ack lost with its connection is replaced by sending again, and the message is stored once', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    proxy.fault = (nth) => (nth % 3 === 1 ? 'cut' : 'pass');
    const queue = await open(proxy.port);
    const sender = await openConnectedSender(queue);
    const outcomes: SendOutcome[] = [];
    for (let n = 0; n < 200; n += 20) {
      outcomes.push(...(await sender.send(numbers(n, n + 20), inMs(20_000))));
    }
    expect(kinds(outcomes)).toEqual(new Set(['acked']));
    expect(proxy.produced()).toBeGreaterThan(10);
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(200));
  });

  test('a message without an ack is unknown at the deadline, and later messages are not affected', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    proxy.fault = () => 'cut';
    const sender = await openConnectedSender(await open(proxy.port));
    const lost = await sender.send(numbers(0, 10), inMs(2_000));
    expect(kinds(lost)).toEqual(new Set(['unknown']));
    proxy.fault = () => 'pass';
    await expect.poll(() => sender.connected).toBe(true);
    const later = await Promise.all(
      upTo(6).map((n) => sender.send(numbers(10 + n * 10, 20 + n * 10), inMs(20_000))),
    );
    expect(kinds(later.flat())).toEqual(new Set(['acked']));
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(70));
  });

  test.each([
    [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
    [6, 'NOT_LEADER_FOR_PARTITION'],
    [7, 'REQUEST_TIMED_OUT'],
  ])('a message answered with error %i, %s, is sent again and stored once', async (code) => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    proxy.fault = (nth) => (nth % 2 === 1 ? code : 'pass');
    const sender = await openConnectedSender(await open(proxy.port));
    expect(kinds(await sender.send(numbers(0, 10), inMs(10_000)))).toEqual(new Set(['acked']));
    proxy.fault = () => code;
    expect(kinds(await sender.send(numbers(10, 20), inMs(2_000)))).toEqual(new Set(['unknown']));
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(20));
  });

  test('a message is refused if every answer before the deadline says that it was not stored', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    const notEnoughReplicas = 19;
    const topicAuthorizationFailed = 29;
    proxy.fault = () => notEnoughReplicas;
    const sender = await openConnectedSender(await open(proxy.port));
    // The attempts start at 0, 20, 60, 140, 300 and 620 ms or later. An attempt would be in flight at the deadline of
    // 1,100 ms only if it started nearly half a second late.
    expect(await sender.send(numbers(0, 1), inMs(1_100))).toMatchObject([
      { kind: 'refused', reason: 'unavailable', detail: expect.stringContaining('NOT_ENOUGH_REPLICAS') },
    ]);
    proxy.fault = () => topicAuthorizationFailed;
    expect(await sender.send(numbers(0, 1), inMs(10_000))).toMatchObject([
      { kind: 'refused', reason: 'not-authorized' },
    ]);
    proxy.fault = (nth) => (nth % 2 === 1 ? 20 : topicAuthorizationFailed);
    await sender.send(numbers(0, 1), inMs(10_000));
    expect(await sender.send(numbers(0, 1), inMs(10_000))).toMatchObject([{ kind: 'unknown' }]);
  });

  test('a message on a silent connection is sent again on another one, and the silent one is closed', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    proxy.fault = (nth) => (nth === 1 ? 'freeze' : 'pass');
    const sender = await openConnectedSender(await open(proxy.port));
    expect(kinds(await sender.send(numbers(0, 10), inMs(30_000)))).toEqual(new Set(['acked']));
    await expect.poll(() => proxy.frozen()).toBe(0);
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(10));
  });

  test('a message to a silent broker is unknown at the deadline, not later', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    proxy.fault = () => 'swallow';
    const sender = await openConnectedSender(await open(proxy.port));
    const outcomes = sender.send(numbers(0, 1), inMs(2_000));
    // The deadline of the message is at 2 s, this pause ends at 4 s, and the time-out of the request comes later. A
    // process fires its timers in this order, however busy the machine is.
    const late = pause(4_000, never).then(() => []);
    expect(kinds(await Promise.race([outcomes, late]))).toEqual(new Set(['unknown']));
  });
});
