import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RunningBroker, startBroker } from '../src/broker/broker.ts';
import { openQueue } from '../src/queue/open.ts';
import type { SendOutcome } from '../src/queue/queue.ts';
import {
  bed,
  kinds,
  never,
  numbers,
  open,
  openConnectedSender,
  openReader,
  openSender,
  PARTITIONS,
  start,
  startIn,
  upTo,
  values,
} from './kafka-bed.ts';
import { startKafkaProxy } from './kafka-proxy.ts';
import { inMs } from './support/deadline.ts';

describe("a sender's connection to Kafka", () => {
  test('a connection is opened in the background once the broker runs, and the caller is notified', async () => {
    const { port } = bed.broker;
    await bed.broker.close();
    const { sender, states } = await openSender(await open(port));
    await expect.poll(() => states.length).toBeGreaterThan(0);
    expect(states[0]).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('ECONNREFUSED') });
    expect(sender.connected).toBe(false);
    expect(await sender.send(numbers(0, 1), inMs(50))).toMatchObject([
      { kind: 'refused', reason: 'unavailable' },
    ]);
    bed.broker = await start(port);
    await expect.poll(() => sender.connected).toBe(true);
    expect(states.at(-1)).toEqual({ kind: 'connected' });
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
  });

  test('a sender detects that an idle broker is down, and that it is up again', async () => {
    const sender = await openConnectedSender(await open());
    const { port } = bed.broker;
    await bed.broker.close();
    await expect.poll(() => sender.connected).toBe(false);
    bed.broker = await start(port);
    await expect.poll(() => sender.connected).toBe(true);
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
  });

  test('a broken connection to a running broker is reopened at once, and no message is refused', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    const { sender, states } = await openSender(await open(proxy.port));
    await expect.poll(() => sender.connected).toBe(true);
    const statesBefore = states.length;
    proxy.cutsNextMetadata = true;
    await expect.poll(() => proxy.cutsNextMetadata).toBe(false);
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
    expect(states.slice(statesBefore)).toEqual([]);
  });

  test('a slow connection counts as connected, and no message is refused', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    const { sender, states } = await openSender(await open(proxy.port));
    await expect.poll(() => sender.connected).toBe(true);
    const statesBefore = states.length;
    proxy.delayMs = 2_500;
    expect(kinds(await sender.send(numbers(0, 1), inMs(20_000)))).toEqual(new Set(['acked']));
    expect(states.slice(statesBefore)).toEqual([]);
  });

  test('sending works again after the broker lost its data, and no producer is treated as another one', async () => {
    const sender = await openConnectedSender(await open());
    for (let n = 0; n < 12; n++) await sender.send(numbers(n, n + 1), inMs(10_000));
    const { port } = bed.broker;
    await bed.broker.close();
    await expect.poll(() => sender.connected).toBe(false);
    await rm(bed.directory, { recursive: true });
    bed.broker = await start(port);
    const other = await openConnectedSender(await open());
    await expect.poll(() => sender.connected).toBe(true);
    for (let n = 0; n < 24; n++) await other.send(numbers(n, n + 1), inMs(10_000));
    for (let n = 24; n < 36; n++) {
      expect(kinds(await sender.send(numbers(n, n + 1), inMs(10_000)))).toEqual(new Set(['acked']));
    }
    const { reader, read } = await openReader(await open(), { kind: 'beginning' });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(values(read)).toEqual(upTo(36));
  });

  test('another broker may answer before a probe detects it, and acknowledged messages are stored', async () => {
    await bed.broker.close();
    bed.broker = await startWithIdsFrom1(bed.directory);
    const sender = await openConnectedSender(await open());
    for (let n = 0; n < PARTITIONS; n++) await sender.send(numbers(n, n + 1), inMs(10_000));
    const replacement = await replacementThatHas(upTo(2 * PARTITIONS), startWithIdsFrom1);
    const { port } = bed.broker;
    await bed.broker.close();
    bed.broker = await startIn(replacement, port);

    const sent = upTo(8 * PARTITIONS).map((n) => 1_000 + n);
    const outcomes: SendOutcome[] = [];
    for (const n of sent) outcomes.push(...(await sender.send(numbers(n, n + 1), inMs(10_000))));
    expect(kinds(outcomes)).toEqual(new Set(['acked']));
    expect(await stored()).toEqual([...upTo(2 * PARTITIONS), ...sent]);
  });

  test('another broker may answer while a batch is unknown, and does not treat the batch as a repeat', async () => {
    const proxy = await startKafkaProxy(bed.broker);
    bed.cleanups.push(() => proxy.close());
    const sender = await openConnectedSender(await open(proxy.port));
    proxy.fault = (nth) => (nth === 1 ? 'swallow' : 'pass');
    const sending = sender.send(numbers(1_000, 1_001), inMs(20_000));
    await expect.poll(() => proxy.produced()).toBe(1);
    const replacement = await replacementThatHas(upTo(2 * PARTITIONS), startIn);
    const { port } = bed.broker;
    await bed.broker.close();
    bed.broker = await startIn(replacement, port);

    expect(kinds(await sending)).toEqual(new Set(['acked']));
    expect(await stored()).toEqual([...upTo(2 * PARTITIONS), 1_000]);
  });

  test('prepare and reading fail with an environment error if the broker cannot be reached', async () => {
    const queue = await open(1);
    await expect(queue.prepare()).rejects.toMatchObject({ exitCode: 4, hint: expect.any(String) });
    await expect(openReader(queue, { kind: 'end' })).rejects.toMatchObject({ exitCode: 4 });
  });

  test('a connection can use IPv6', async ({ skip }) => {
    const own = await mkdtemp(join(tmpdir(), 'qbl-kafka-'));
    const options = { host: '::1', port: 0, dataDirectory: own, fsync: 'never' as const };
    const ipv6 = await startBroker(options).catch(() => null);
    bed.cleanups.push(async () => {
      await ipv6?.close();
      await rm(own, { recursive: true, force: true });
    });
    if (ipv6 === null) return skip('this machine has no IPv6');
    const queue = await openQueue(`kafka://[::1]:${ipv6.port}/t`);
    bed.cleanups.push(() => queue.close());
    const sender = await openConnectedSender(queue);
    expect(kinds(await sender.send(numbers(0, 1), inMs(10_000)))).toEqual(new Set(['acked']));
  });
});

/** Starts a broker that, like a real Kafka without data, assigns producer ids from the start. */
function startWithIdsFrom1(directory: string): Promise<RunningBroker> {
  return startIn(directory, 0, 1);
}

/** The data folder of a stopped broker. The broker received each of these messages in a batch of its own. */
async function replacementThatHas(
  messages: readonly number[],
  startIn: (directory: string) => Promise<RunningBroker>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'qbl-kafka-'));
  bed.cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const broker = await startIn(directory);
  const sender = await openConnectedSender(await open(broker.port));
  for (const n of messages) await sender.send(numbers(n, n + 1), inMs(10_000));
  await sender.close();
  await broker.close();
  return directory;
}

/** Returns the numbers in the messages that the test's broker has stored. */
async function stored(): Promise<number[]> {
  const { reader, read } = await openReader(await open(), { kind: 'beginning' });
  expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
  return values(read);
}
