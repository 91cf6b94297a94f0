import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { openQueue } from '../../src/queue/open.ts';
import type { ConnectionState, OutgoingMessage, Queue, Sender, SendOutcome } from '../../src/queue/queue.ts';
import type { Delivery, Reader } from '../../src/queue/reader.ts';
import { until } from '../support/until.ts';

const DEADLINE_MS = 150_000;

export const KINDS = {
  standard: () => `queue-${randomUUID()}`,
  FIFO: () => `queue-${randomUUID()}.fifo`,
};
export type Kind = keyof typeof KINDS;

/** Opens the queue behind the URL until the end of the test. */
export async function open(url: string): Promise<Queue> {
  const queue = await openQueue(url, { env: {} });
  onTestFinished(() => queue.close());
  return queue;
}

export interface ConnectedSender {
  readonly sender: Sender;
  readonly states: readonly ConnectionState[];
}

/** A connected sender. It creates its queue if it is missing. */
export async function connect(queue: Queue, keyed = false): Promise<ConnectedSender> {
  const states: ConnectionState[] = [];
  const sender = await queue.openSender({ keyed, onConnection: (state) => states.push(state) });
  await until('a connected sender', () => sender.connected);
  return { sender, states };
}

export function message(text: string, key: string | null = null): OutgoingMessage {
  return { key, value: Buffer.from(text) };
}

export function soon(ms = DEADLINE_MS): number {
  return performance.now() + ms;
}

/** Sends like `serve`: batches within the sender's limits, as many at once as it accepts. */
export async function sendAll(
  sender: Sender,
  messages: readonly OutgoingMessage[],
  deadlineMs = soon(),
): Promise<SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  let next = 0;
  const sendOn = async () => {
    while (next < messages.length) {
      const from = next;
      next += sender.maxBatchMessages;
      const batch = messages.slice(from, next);
      (await sender.send(batch, deadlineMs)).forEach((outcome, index) => {
        outcomes[from + index] = outcome;
      });
    }
  };
  await Promise.all(Array.from({ length: sender.maxInFlight }, sendOn));
  return outcomes;
}

export interface OpenedReader {
  readonly reader: Reader;
  readonly deliveries: readonly Delivery[];
}

/** A reader that removes all messages. */
export async function consume(queue: Queue): Promise<OpenedReader> {
  const deliveries: Delivery[] = [];
  const reader = await queue.openReader({
    from: { kind: 'beginning' },
    consume: true,
    name: 'test',
    onDeliveries: (delivered) => deliveries.push(...delivered),
  });
  return { reader, deliveries };
}

/** Removes all messages from the queue and returns them. */
export async function takeAll(queue: Queue): Promise<readonly Delivery[]> {
  const { reader, deliveries } = await consume(queue);
  const drain = await reader.drain(soon(), new AbortController().signal);
  await reader.close();
  if (!drain.complete) throw new Error(drain.reason);
  return deliveries;
}

export function texts(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ value }) => String(value));
}

/** Counts the outcomes, and the reasons of refusals. */
export function tally(outcomes: readonly SendOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const name = outcome.kind === 'refused' ? `refused: ${outcome.reason}` : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
