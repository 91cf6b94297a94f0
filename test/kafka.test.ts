import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningBroker, startBroker } from '../src/broker/broker.ts';
import { openQueue } from '../src/queue/open.ts';
import type {
  ConnectionState,
  Delivery,
  Queue,
  Reader,
  Sender,
  SendOutcome,
  StartingPoint,
} from '../src/queue/queue.ts';
import { startKafkaProxy } from './kafka-proxy.ts';

const PARTITIONS = 3;
const TOPIC = 'numbers';
const never = new AbortController().signal;

let directory: string;
let broker: RunningBroker;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qbl-kafka-'));
  broker = await start();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await broker.close();
  await rm(directory, { recursive: true, force: true });
});

function start(port = 0): Promise<RunningBroker> {
  return startBroker({
    host: '127.0.0.1',
    port,
    dataDirectory: directory,
    partitions: PARTITIONS,
    fsync: 'never',
    log: () => {},
  });
}

async function open(port = broker.port): Promise<Queue> {
  const queue = await openQueue(`kafka://127.0.0.1:${port}/${TOPIC}`);
  cleanups.push(() => queue.close());
  return queue;
}

async function openSender(queue: Queue): Promise<{ sender: Sender; states: ConnectionState[] }> {
  const states: ConnectionState[] = [];
  const sender = await queue.openSender({ onConnection: (state) => states.push(state), log: () => {} });
  return { sender, states };
}

async function openConnectedSender(queue: Queue): Promise<Sender> {
  const { sender } = await openSender(queue);
  await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
  return sender;
}

async function openReader(queue: Queue, from: StartingPoint): Promise<{ reader: Reader; read: Delivery[] }> {
  const read: Delivery[] = [];
  const onDeliveries = (deliveries: readonly Delivery[]) => read.push(...deliveries);
  const reader = await queue.openReader({ from, onDeliveries, name: 'test', log: () => {} });
  return { reader, read };
}

function inMs(ms: number): number {
  return performance.now() + ms;
}

function numbers(from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) => ({ value: Buffer.from(String(from + index)) }));
}

function values(read: readonly Delivery[]): number[] {
  return read.map(({ value }) => Number(value?.toString())).sort((a, b) => a - b);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function kinds(outcomes: readonly SendOutcome[]): Set<string> {
  return new Set(outcomes.map(({ kind }) => kind));
}

function admin() {
  return new Kafka({ brokers: [`127.0.0.1:${broker.port}`], logLevel: logLevel.NOTHING }).admin();
}

describe('what is sent', () => {
  test('is read once, at the place that the ack told, with stamps of the broker', async () => {
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

  test('fails alone when it is too large for the topic', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    const { reader, read } = await openReader(queue, { kind: 'end' });
    const large = { value: Buffer.alloc(sender.maxMessageBytes + 1_000, '1') };
    // The embedded broker's limit is 32 MiB, and halving sends that several times.
    const outcomes = await sender.send([...numbers(0, 7), large, ...numbers(7, 12)], inMs(60_000));

    expect(outcomes[7]).toMatchObject({ kind: 'refused', reason: 'too-large' });
    expect(outcomes.filter(({ kind }) => kind === 'acked')).toHaveLength(12);
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(12));
  });

  test('may be as large as the sender says', async () => {
    const sender = await openConnectedSender(await open());
    const outcomes = await sender.send([{ value: Buffer.alloc(sender.maxMessageBytes, '1') }], inMs(10_000));
    expect(outcomes[0]?.kind).toBe('acked');
  });
});

describe('an ack that is lost', () => {
  test('with its connection is had by sending again, and nothing stands twice', async () => {
    const proxy = await startKafkaProxy(broker);
    cleanups.push(() => proxy.close());
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

  test('for good makes the outcome unknown at the deadline, and later ones are not harmed', async () => {
    const proxy = await startKafkaProxy(broker);
    cleanups.push(() => proxy.close());
    proxy.fault = () => 'cut';
    const sender = await openConnectedSender(await open(proxy.port));
    const lost = await sender.send(numbers(0, 10), inMs(300));
    expect(kinds(lost)).toEqual(new Set(['unknown']));
    proxy.fault = () => 'pass';
    await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
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
    [7, 'REQUEST_TIMED_OUT'],
  ])('with error %i, %s, is had by sending again, and nothing stands twice', async (code) => {
    const proxy = await startKafkaProxy(broker);
    cleanups.push(() => proxy.close());
    proxy.fault = (nth) => (nth % 2 === 1 ? code : 'pass');
    const sender = await openConnectedSender(await open(proxy.port));
    expect(kinds(await sender.send(numbers(0, 10), inMs(10_000)))).toEqual(new Set(['acked']));
    proxy.fault = () => code;
    expect(kinds(await sender.send(numbers(10, 20), inMs(300)))).toEqual(new Set(['unknown']));
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(20));
  });

  test('never was, says the leader: refused when nothing else is heard before the deadline', async () => {
    const proxy = await startKafkaProxy(broker);
    cleanups.push(() => proxy.close());
    const notLeader = 6;
    const topicAuthorizationFailed = 29;
    proxy.fault = () => notLeader;
    const sender = await openConnectedSender(await open(proxy.port));
    expect(await sender.send(numbers(0, 1), inMs(200))).toMatchObject([
      { kind: 'refused', reason: 'unavailable', detail: expect.stringContaining('NOT_LEADER') },
    ]);
    proxy.fault = () => topicAuthorizationFailed;
    expect(await sender.send(numbers(0, 1), inMs(10_000))).toMatchObject([
      { kind: 'refused', reason: 'not-authorized' },
    ]);
    proxy.fault = (nth) => (nth % 2 === 1 ? 20 : topicAuthorizationFailed);
    await sender.send(numbers(0, 1), inMs(10_000));
    expect(await sender.send(numbers(0, 1), inMs(10_000))).toMatchObject([{ kind: 'unknown' }]);
  });

  test('with a connection that falls silent is had on another one, and the silent one is closed', async () => {
    const proxy = await startKafkaProxy(broker);
    cleanups.push(() => proxy.close());
    proxy.fault = (nth) => (nth === 1 ? 'freeze' : 'pass');
    const sender = await openConnectedSender(await open(proxy.port));
    expect(kinds(await sender.send(numbers(0, 10), inMs(30_000)))).toEqual(new Set(['acked']));
    await expect.poll(() => proxy.frozen(), { timeout: 10_000 }).toBe(0);
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(10));
  });

  test('in silence makes the outcome unknown at the deadline, not later', async () => {
    const proxy = await startKafkaProxy(broker);
    cleanups.push(() => proxy.close());
    proxy.fault = () => 'swallow';
    const sender = await openConnectedSender(await open(proxy.port));
    const began = performance.now();
    expect(kinds(await sender.send(numbers(0, 1), inMs(200)))).toEqual(new Set(['unknown']));
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});

describe('the connection', () => {
  test('is made in the background when the broker comes, and told', async () => {
    const { port } = broker;
    await broker.close();
    const { sender, states } = await openSender(await open(port));
    await expect.poll(() => states.length).toBeGreaterThan(0);
    expect(states[0]).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('ECONNREFUSED') });
    expect(sender.connected).toBe(false);
    expect(await sender.send(numbers(0, 1), inMs(50))).toMatchObject([
      { kind: 'refused', reason: 'unavailable' },
    ]);
    broker = await start(port);
    await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
    expect(states.at(-1)).toEqual({ kind: 'connected' });
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
  });

  test('shows that an idle broker is gone, and that it is back', async () => {
    const sender = await openConnectedSender(await open());
    const { port } = broker;
    await broker.close();
    await expect.poll(() => sender.connected, { timeout: 3_000 }).toBe(false);
    broker = await start(port);
    await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
  });

  test('is good again when the broker lost its data, and nobody is taken for somebody else', async () => {
    const sender = await openConnectedSender(await open());
    for (let n = 0; n < 12; n++) await sender.send(numbers(n, n + 1), inMs(10_000));
    const { port } = broker;
    await broker.close();
    await expect.poll(() => sender.connected, { timeout: 3_000 }).toBe(false);
    await rm(directory, { recursive: true });
    broker = await start(port);
    const other = await openConnectedSender(await open());
    await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
    for (let n = 0; n < 24; n++) await other.send(numbers(n, n + 1), inMs(10_000));
    for (let n = 24; n < 36; n++) {
      expect(kinds(await sender.send(numbers(n, n + 1), inMs(10_000)))).toEqual(new Set(['acked']));
    }
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(36));
  });

  test('that cannot be made is an error of the environment for who prepares or reads', async () => {
    const queue = await open(1);
    await expect(queue.prepare()).rejects.toMatchObject({ exitCode: 4, hint: expect.any(String) });
    await expect(openReader(queue, { kind: 'end' })).rejects.toMatchObject({ exitCode: 4 });
  });

  test('may be made over IPv6', async ({ skip }) => {
    const own = await mkdtemp(join(tmpdir(), 'qbl-kafka-'));
    const options = { host: '::1', port: 0, dataDirectory: own, fsync: 'never' as const };
    const ipv6 = await startBroker(options).catch(() => null);
    cleanups.push(async () => {
      await ipv6?.close();
      await rm(own, { recursive: true, force: true });
    });
    if (ipv6 === null) return skip('no IPv6 here');
    const queue = await openQueue(`kafka://[::1]:${ipv6.port}/t`);
    cleanups.push(() => queue.close());
    const sender = await openConnectedSender(queue);
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
  });
});

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

  test('at the end', async () => {
    const { read } = await sendThenRead(() => ({ kind: 'end' }));
    expect(values(read)).toEqual(upTo(60).slice(30));
  });

  test('at the beginning', async () => {
    const { read } = await sendThenRead(() => ({ kind: 'beginning' }));
    expect(values(read)).toEqual(upTo(60));
  });

  test('at given positions, in the middle of a batch too', async () => {
    const { read, reader } = await sendThenRead((ends) => ({
      kind: 'positions',
      positions: new Map([...ends].map(([partition, end]) => [partition, end - 3])),
    }));
    expect(read).toHaveLength(30 + 3 * PARTITIONS);
    for (const { partition, offset } of read) {
      expect(offset).toBeGreaterThanOrEqual(reader.start.get(partition) ?? 0);
    }
  });

  test('at a time: everything stamped since, and the end when there is nothing', async () => {
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
  test('of an empty queue is complete at once', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader } = await openReader(queue, { kind: 'end' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
  });

  test('survives a broker that goes away and comes back', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    const { reader, read } = await openReader(queue, { kind: 'beginning' });
    await sender.send(numbers(0, 20), inMs(10_000));
    const { port } = broker;
    await broker.close();
    const draining = reader.drain(inMs(20_000), never);
    broker = await start(port);
    await expect.poll(() => sender.connected, { timeout: 10_000 }).toBe(true);
    expect((await draining).complete).toBe(true);
    await sender.send(numbers(20, 40), inMs(10_000));
    expect((await reader.drain(inMs(20_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(40));
  });

  test('is incomplete when the end cannot be known, in time or until the abort', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader } = await openReader(queue, { kind: 'end' });
    await broker.close();
    expect(await reader.drain(inMs(300), never)).toMatchObject({
      complete: false,
      ends: null,
      reason: expect.stringContaining('the end of the queue is not known'),
    });
    const abort = new AbortController();
    const draining = reader.drain(inMs(60_000), abort.signal);
    abort.abort();
    expect((await draining).complete).toBe(false);
    broker = await start(broker.port);
  });

  test('is incomplete when messages were deleted before they were read', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    for (let n = 0; n < 30; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    const client = admin();
    await client.connect();
    cleanups.push(() => client.disconnect());
    // kafkajs deletes only where it has looked before.
    await client.fetchTopicOffsets(TOPIC);
    await client.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '5' }] });
    const positions = new Map(upTo(PARTITIONS).map((partition) => [partition, 0]));
    const { reader } = await openReader(queue, { kind: 'positions', positions });
    expect(await reader.drain(inMs(10_000), never)).toMatchObject({
      complete: false,
      reason: expect.stringContaining('partition 0 begins at 5'),
    });
  });

  test('is incomplete when the topic was made anew', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    for (let n = 0; n < 30; n += 10) await sender.send(numbers(n, n + 10), inMs(10_000));
    const { reader } = await openReader(queue, { kind: 'end' });
    const client = admin();
    await client.connect();
    cleanups.push(() => client.disconnect());
    await sender.close();
    await client.deleteTopics({ topics: [TOPIC] });
    await queue.prepare();
    expect(await reader.drain(inMs(5_000), never)).toMatchObject({
      complete: false,
      reason: expect.stringContaining('anew'),
    });
  });

  test('is incomplete when a partition is gone, even one that was empty', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader } = await openReader(queue, { kind: 'end' });
    const client = admin();
    await client.connect();
    cleanups.push(() => client.disconnect());
    await client.deleteTopics({ topics: [TOPIC] });
    await client.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
    expect(await reader.drain(inMs(5_000), never)).toMatchObject({
      complete: false,
      reason: expect.stringContaining('is gone'),
    });
  });

  test('covers partitions that were added meanwhile', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader, read } = await openReader(queue, { kind: 'end' });
    const client = admin();
    await client.connect();
    cleanups.push(() => client.disconnect());
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

test('no group is left behind, and nothing is printed', async () => {
  const queue = await open();
  await queue.prepare();
  const { reader } = await openReader(queue, { kind: 'end' });
  await reader.close();
  const client = admin();
  await client.connect();
  cleanups.push(() => client.disconnect());
  expect((await client.listGroups()).groups).toEqual([]);
});
