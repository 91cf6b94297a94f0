import { randomUUID } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { openQueue } from '../../src/queue/open.ts';
import type { ConnectionState, OutgoingMessage, Queue, Sender, SendOutcome } from '../../src/queue/queue.ts';
import type { Delivery, Reader, StartingPoint } from '../../src/queue/reader.ts';

export const never = new AbortController().signal;

export function newName(): string {
  return `queue-${randomUUID()}`;
}

/** Opens the queue behind the URL and creates it if it is missing. It is closed with the test. */
export async function openPrepared(url: string, env: NodeJS.ProcessEnv = {}): Promise<Queue> {
  const queue = await openQueue(url, { env });
  onTestFinished(() => queue.close());
  await queue.prepare();
  return queue;
}

export interface OpenedSender {
  readonly sender: Sender;
  /** The sender's connection states, oldest first. */
  readonly states: readonly ConnectionState[];
}

export async function openSender(queue: Queue): Promise<OpenedSender> {
  const states: ConnectionState[] = [];
  const sender = await queue.openSender({ keyed: false, onConnection: (state) => states.push(state) });
  return { sender, states };
}

export async function openConnectedSender(queue: Queue): Promise<OpenedSender> {
  const opened = await openSender(queue);
  await untilConnected(opened.sender);
  return opened;
}

export async function untilConnected(sender: Sender): Promise<void> {
  await expect.poll(() => sender.connected, { timeout: 60_000 }).toBe(true);
}

/** The reason why a sender is not connected now. Null if it is connected. */
export function waitingFor({ states }: OpenedSender): string | null {
  const last = states.at(-1);
  return last?.kind === 'waiting' ? last.reason : null;
}

export interface OpenedReader {
  readonly reader: Reader;
  readonly read: readonly Delivery[];
}

export async function openReader(
  queue: Queue,
  from: StartingPoint['kind'] & ('end' | 'beginning'),
  consume = false,
): Promise<OpenedReader> {
  const read: Delivery[] = [];
  const onDeliveries = (deliveries: readonly Delivery[]) => read.push(...deliveries);
  const reader = await queue.openReader({ from: { kind: from }, consume, onDeliveries, name: 'test' });
  return { reader, read };
}

export function drain(reader: Reader, ms = 30_000) {
  return reader.drain(performance.now() + ms, never);
}

export function send(sender: Sender, messages: readonly OutgoingMessage[], ms = 30_000) {
  return sender.send(messages, performance.now() + ms);
}

export function numbers(from: number, to: number): OutgoingMessage[] {
  return Array.from({ length: to - from }, (_, index) => ({
    key: null,
    value: Buffer.from(String(from + index)),
  }));
}

/** Returns the numbers in the messages, in the order in which they were read. */
export function valuesOf(read: readonly Delivery[]): number[] {
  return read.map(({ value }) => Number(String(value)));
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function kindsOf(outcomes: readonly SendOutcome[]): string[] {
  return [...new Set(outcomes.map(({ kind }) => kind))].sort();
}
