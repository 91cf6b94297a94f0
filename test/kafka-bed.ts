import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, expect } from 'vitest';
import { type RunningBroker, startBroker } from '../src/broker/broker.ts';
import { openQueue } from '../src/queue/open.ts';
import type { ConnectionState, Queue, Sender, SendOutcome } from '../src/queue/queue.ts';
import type { Delivery, Reader, StartingPoint } from '../src/queue/reader.ts';

export const PARTITIONS = 3;
export const TOPIC = 'numbers';
export const never = new AbortController().signal;

/** The broker of the running test. A test may stop it and start another one in its place. */
class TestBed {
  readonly directory: string;
  readonly cleanups: (() => Promise<unknown>)[] = [];
  broker: RunningBroker;

  constructor(directory: string, broker: RunningBroker) {
    this.directory = directory;
    this.broker = broker;
  }
}

export let bed: TestBed;

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'qbl-kafka-'));
  bed = new TestBed(directory, await startIn(directory));
});

afterEach(async () => {
  for (const cleanup of bed.cleanups.splice(0).reverse()) await cleanup();
  await bed.broker.close();
  await rm(bed.directory, { recursive: true, force: true });
});

/** Starts the broker again at this port. The broker keeps its data if the data folder still exists. */
export function start(port: number): Promise<RunningBroker> {
  return startIn(bed.directory, port);
}

/** Starts a broker at the port, with its data in the folder. Without `firstProducerId`, its producer ids are random. */
export function startIn(dataDirectory: string, port = 0, firstProducerId?: number): Promise<RunningBroker> {
  const options = { host: '127.0.0.1', port, dataDirectory, partitions: PARTITIONS, firstProducerId };
  return startBroker({ ...options, fsync: 'never' });
}

export async function open(port = bed.broker.port): Promise<Queue> {
  const queue = await openQueue(`kafka://127.0.0.1:${port}/${TOPIC}`);
  bed.cleanups.push(() => queue.close());
  return queue;
}

export async function openSender(
  queue: Queue,
  keyed = false,
): Promise<{ sender: Sender; states: ConnectionState[] }> {
  const states: ConnectionState[] = [];
  const sender = await queue.openSender({
    keyed,
    onConnection: (state) => states.push(state),
  });
  return { sender, states };
}

export async function openConnectedSender(queue: Queue, keyed = false): Promise<Sender> {
  const { sender } = await openSender(queue, keyed);
  await expect.poll(() => sender.connected).toBe(true);
  return sender;
}

export async function openReader(
  queue: Queue,
  from: StartingPoint,
): Promise<{ reader: Reader; read: Delivery[] }> {
  const read: Delivery[] = [];
  const onDeliveries = (deliveries: readonly Delivery[]) => read.push(...deliveries);
  const reader = await queue.openReader({ from, consume: false, onDeliveries, name: 'test' });
  return { reader, read };
}

export function numbers(from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) => ({
    key: null,
    value: Buffer.from(String(from + index)),
  }));
}

export function values(read: readonly Delivery[]): number[] {
  return read.map(({ value }) => Number(value?.toString())).sort((a, b) => a - b);
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function kinds(outcomes: readonly SendOutcome[]): Set<string> {
  return new Set(outcomes.map(({ kind }) => kind));
}

export function kafka(): Kafka {
  return new Kafka({ brokers: [`127.0.0.1:${bed.broker.port}`], logLevel: logLevel.NOTHING });
}

export function admin() {
  return kafka().admin();
}
