import { writeMessage } from '../../../src/message/write.ts';
import type { Positions, Timestamp } from '../../../src/queue/reader.ts';
import { identity } from '../../support/history.ts';
import type { Event, Sent, Story } from './story.ts';

/** The first send according to the broker's clock, which is the true time here. */
export const SENT_FROM_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEP_MS = 1_000;
/** Time between a send and the arrival in the queue. */
const ENQUEUED_AFTER_MS = 2;
const FIRST_PARTITIONS = 2;

/** A message in the queue, with true facts about it. Only the simulation knows these facts. */
export interface Entry {
  readonly offset: number;
  readonly value: Buffer;
  readonly stamp: Timestamp;
  readonly appendedAtMs: number;
  /** The run's own message. Null if the message is foreign, or belongs to an older run with the same ID. */
  readonly own: Own | null;
  /** The ID of the older run. Null for other messages. */
  readonly older: string | null;
}

export interface Own {
  readonly run: string;
  readonly loop: number;
  readonly damaged: boolean;
}

interface Partition {
  start: number;
  readonly entries: Entry[];
}

/** The true state of the queue, and the history of every message. */
export class World {
  readonly #story: Pick<Story, 'stamps' | 'tellsId' | 'aheadMs'>;
  #partitions: Partition[] = newPartitions(FIRST_PARTITIONS);
  /** All messages that proxies enqueued, of all runs. */
  readonly everPut: Own[] = [];
  readonly #texts = new Map<string, string>();
  withholdsId = false;
  #incarnation = 1;
  #nowMs = SENT_FROM_MS;

  constructor(story: Pick<Story, 'stamps' | 'tellsId' | 'aheadMs'>) {
    this.#story = story;
  }

  /** Number of times that the queue was created. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** Messages of the runs in this queue that can no longer be read. */
  removedOwn(): Own[] {
    return this.#partitions.flatMap(({ start, entries }) =>
      entries.flatMap(({ offset, own }) => (offset < start && own !== null ? [own] : [])),
    );
  }

  get queueId(): string | null {
    return this.#story.tellsId && !this.withholdsId ? `id-${this.#incarnation}` : null;
  }

  /** The present time according to the sender's clock. */
  get senderNowMs(): number {
    return this.#nowMs + this.#story.aheadMs;
  }

  /** Arrival time of the next message. Arrival times increase with offsets. */
  get #enqueuedAtMs(): number {
    return this.#nowMs + ENQUEUED_AFTER_MS;
  }

  ends(): Positions {
    return new Map(this.#partitions.map(({ entries }, partition) => [partition, entries.length]));
  }

  /** Finds a partition. A number that is too high means the last partition. */
  partition(partition: number): Partition {
    const found = this.#partitions[Math.min(partition, this.#partitions.length - 1)];
    if (found === undefined) throw new Error('a queue without partitions');
    return found;
  }

  get starts(): Positions {
    return new Map(this.#partitions.map(({ start }, partition) => [partition, start]));
  }

  /** The messages that can be read now, with their partition. */
  visible(): { readonly partition: number; readonly entry: Entry }[] {
    return this.#partitions.flatMap(({ start, entries }, partition) =>
      entries.filter(({ offset }) => offset >= start).map((entry) => ({ partition, entry })),
    );
  }

  addPartition(): void {
    this.#partitions.push(...newPartitions(1));
  }

  /** Adds older foreign messages, before the runs. */
  addOlder(messages: number, gone: number): void {
    for (const [partition] of this.#partitions.entries()) {
      for (let i = 0; i < messages; i++)
        this.#append(partition, Buffer.from('{"older":1}'), SENT_FROM_MS - HOUR_MS, null);
      this.remove(partition, gone);
    }
  }

  /** Adds a message of a run that had the same ID a day ago. */
  addOfOlderRun(run: string, loop: number): void {
    const atMs = SENT_FROM_MS - DAY_MS;
    const sentAtMs = atMs + this.#story.aheadMs + 0.25;
    const value = Buffer.from(writeMessage('{"a":1}', identity(run, loop), sentAtMs));
    this.#append(0, value, atMs, null, run);
  }

  /** Sends a message, and enqueues the copies that the proxy makes of it. */
  send(run: string, loop: number, copies: readonly Sent[]): void {
    this.#nowMs += STEP_MS;
    const text = writeMessage('{"a":1}', identity(run, loop), this.senderNowMs + 0.25);
    this.#texts.set(`${run}/${loop}`, text);
    for (const { partition, damaged, stampedAgoMs } of copies) {
      const value = Buffer.from(damaged ? text.replace('"a":1', '"a":2') : text);
      this.everPut.push({ run, loop, damaged });
      this.#append(partition, value, this.#enqueuedAtMs, { run, loop, damaged }, null, stampedAgoMs);
    }
  }

  /** Enqueues a message that was sent before. */
  sendLate(run: string, loop: number, partition: number): void {
    const own = { run, loop, damaged: false };
    this.everPut.push(own);
    this.#append(partition, Buffer.from(this.#texts.get(`${run}/${loop}`) ?? ''), this.#enqueuedAtMs, own);
  }

  happen(event: Event): void {
    if (event.kind === 'removed') this.remove(event.partition, event.messages);
    if (event.kind === 'made anew') this.#makeAnew(event.messages);
    if (event.kind === 'foreign')
      this.#append(event.partition, Buffer.from('{}'), this.#enqueuedAtMs, null, null, event.agoMs);
  }

  remove(partition: number, messages: number): void {
    const it = this.partition(partition);
    it.start = Math.min(it.start + messages, it.entries.length);
  }

  removeEverywhere(messages: number): void {
    for (const partition of this.#partitions.keys()) this.remove(partition, messages);
  }

  /**
   * Whether retention would remove messages at or after these offsets, if it removed this many messages of each
   * partition.
   */
  wouldRemove(messages: number, since: Positions): boolean {
    return this.#partitions.some(
      ({ start, entries }, partition) =>
        Math.min(start + messages, entries.length) > (since.get(partition) ?? 0),
    );
  }

  /** Removes the oldest messages. */
  take(messages: number): Entry[] {
    const inOrder = this.visible().toSorted((a, b) => a.entry.appendedAtMs - b.entry.appendedAtMs);
    const taken = inOrder.slice(0, messages);
    for (const { partition, entry } of taken) this.partition(partition).start = entry.offset + 1;
    return taken.map(({ entry }) => entry);
  }

  /** Removes the messages that a service acknowledged, at any position. */
  acknowledge(gone: ReadonlySet<Entry>): void {
    for (const it of this.#partitions) {
      const left = it.entries.filter((entry) => entry.offset >= it.start && !gone.has(entry));
      it.entries.splice(0, it.entries.length, ...left.map((entry, offset) => ({ ...entry, offset })));
      it.start = 0;
    }
  }

  #makeAnew(messages: number): void {
    this.#incarnation++;
    this.#partitions = newPartitions(this.#partitions.length);
    for (const [partition] of this.#partitions.entries()) {
      for (let i = 0; i < messages; i++)
        this.#append(partition, Buffer.from('{"younger":1}'), this.#nowMs, null);
    }
  }

  #append(
    partition: number,
    value: Buffer,
    atMs: number,
    own: Own | null,
    older: string | null = null,
    agoMs = 0,
  ): void {
    const { entries } = this.partition(partition);
    const createdAtMs = atMs + this.#story.aheadMs - agoMs;
    const stamp: Timestamp =
      this.#story.stamps === 'LogAppendTime'
        ? { source: 'LogAppendTime', atMs }
        : { source: 'CreateTime', atMs: createdAtMs };
    entries.push({ offset: entries.length, value, stamp, appendedAtMs: atMs, own, older });
  }
}

function newPartitions(count: number): Partition[] {
  return Array.from({ length: count }, () => ({ start: 0, entries: [] }));
}
