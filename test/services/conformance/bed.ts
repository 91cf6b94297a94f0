import { randomUUID } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { openQueue } from '../../../src/queue/open.ts';
import type { OutgoingMessage, Queue, Sender, SendOutcome } from '../../../src/queue/queue.ts';
import type { Delivery, Reader } from '../../../src/queue/reader.ts';
import { until } from '../../support/until.ts';
import type { RunningSystem } from './system.ts';

const DEADLINE_MS = 60_000;
const never = new AbortController().signal;

/** A queue name that no other test uses. */
export function newQueueName(suffix: string): string {
  return `conformance-${randomUUID()}${suffix}`;
}

/** Opens the queue and creates it. It is closed when the test ends. */
export async function openPrepared(system: RunningSystem, name: string): Promise<Queue> {
  const queue = await openQueue(system.url(name), { env: system.env });
  onTestFinished(() => queue.close());
  await queue.prepare();
  return queue;
}

export async function openConnectedSender(queue: Queue): Promise<Sender> {
  const sender = await queue.openSender({ keyed: false, onConnection: () => {} });
  await until('a connected sender', () => sender.connected);
  return sender;
}

/** A reader for all messages from now on, if the queue has a tap; otherwise for all messages in the queue. */
export async function openReader(queue: Queue): Promise<{ reader: Reader; read: Delivery[] }> {
  const read: Delivery[] = [];
  const reader = await queue.openReader({
    from: queue.capabilities.tap ? { kind: 'end' } : { kind: 'beginning' },
    consume: true,
    name: `conformance-${randomUUID()}`,
    onDeliveries: (deliveries) => read.push(...deliveries),
  });
  return { reader, read };
}

/** Reads the queue to its end. Fails the test if the reader does not reach the end. */
export async function drainWhole(reader: Reader): Promise<void> {
  const drain = await reader.drain(performance.now() + DEADLINE_MS, never);
  expect(drain).toMatchObject({ complete: true });
}

export function messages(from: number, to: number): OutgoingMessage[] {
  return Array.from({ length: to - from }, (_, index) => message(JSON.stringify({ number: from + index })));
}

export function message(text: string): OutgoingMessage {
  return { key: null, value: Buffer.from(text) };
}

/** Sends like a proxy, within the sender's limits. Resolves with one outcome for each message. */
export async function sendAll(
  sender: Sender,
  all: readonly OutgoingMessage[],
  deadlineMs = DEADLINE_MS,
): Promise<SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  const batches = inBatches(all, sender.maxBatchMessages);
  while (batches.length > 0) {
    const together = batches.splice(0, sender.maxInFlight);
    const sent = together.map((batch) => sender.send(batch, performance.now() + deadlineMs));
    outcomes.push(...(await Promise.all(sent)).flat());
  }
  return outcomes;
}

function inBatches(all: readonly OutgoingMessage[], size: number): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = [];
  for (let from = 0; from < all.length; from += size) batches.push(all.slice(from, from + size));
  return batches;
}

export function textsOf(deliveries: readonly { readonly value: Buffer | null }[]): string[] {
  return deliveries.map(({ value }) => value?.toString() ?? '').sort();
}

export function kindsOf(outcomes: readonly SendOutcome[]): string[] {
  return [...new Set(outcomes.map(({ kind }) => kind))];
}
