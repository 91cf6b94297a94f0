import { Condition } from '../../condition.ts';
import type { Delivery, Positions } from '../../reader.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { LeaderLoops } from '../cluster/leader-loops.ts';
import { deliveriesFrom, type ReadBatch, readWithin } from '../fetch/deliveries.ts';
import { fetchFrom, MAX_WAIT_MS } from '../fetch/fetch.ts';
import type { PartitionAnswer } from '../fetch/response.ts';
import { HandedOut } from './handed-out.ts';
import type { LogSpan } from './log-span.ts';

/**
 * Maximum number and size of the fetched messages of one partition that wait in memory. More messages are
 * fetched when the waiting messages are taken.
 */
const MAX_WAITING = { deliveries: 100_000, bytes: 32 * 1024 ** 2 };
/**
 * How often to fetch for partitions without waiting messages, while other partitions have waiting messages.
 */
const LOOK_AGAIN_MS = 50;
/** Pause before a batch that could not be read is fetched again. */
const UNREADABLE_AGAIN_MS = 500;

export interface ShareOptions {
  readonly client: KafkaClient;
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** The starting offset of each partition of the share. */
  readonly starts: Positions;
  /** Called when messages are ready to take. */
  readonly onFetched: () => void;
  /**
   * Called with the reason when a partition stops at a batch that cannot be read. Called with null when the
   * partition can be read again.
   */
  readonly onUnreadable: (reason: string | null) => void;
}

export interface TakenMessage {
  readonly delivery: Delivery;
  readonly ack: () => void;
}

/** One partition of the share. More messages are fetched only after all waiting messages were taken. */
interface Part {
  readonly handedOut: HandedOut;
  waiting: readonly Delivery[];
  taken: number;
  position: number;
}

/**
 * The partitions that the group assigned to a member in one generation, with the messages fetched from their
 * leaders. At most one answer for each partition waits in memory.
 */
export class Share {
  readonly #options: ShareOptions;
  readonly #parts: ReadonlyMap<number, Part>;
  readonly #loops: LeaderLoops;
  readonly #changed = new Condition();
  /**
   * By partition, why its next batch cannot be read. A partition whose next batch can be read has no entry.
   */
  readonly #unreadable = new Map<number, string>();
  #order: readonly number[];

  constructor(options: ShareOptions) {
    this.#options = options;
    this.#parts = new Map([...options.starts].map(([partition, start]) => [partition, newPart(start)]));
    this.#order = [...this.#parts.keys()];
    this.#loops = new LeaderLoops({
      ...options,
      partitions: () => [...this.#parts.keys()],
      fetch: (leader, led) => this.#fetchInto(leader, led),
      onOutOfRange: (partition, beginning) => this.#restart(partition, beginning),
    });
  }

  /** Returns the next waiting message. Takes the partitions in turn. Null if no message waits. */
  take(): TakenMessage | null {
    for (const [index, partition] of this.#order.entries()) {
      const part = this.#parts.get(partition);
      const delivery = part?.waiting[part.taken];
      if (part === undefined || delivery === undefined) continue;
      this.#order = [...this.#order.slice(index + 1), ...this.#order.slice(0, index + 1)];
      part.taken++;
      const ack = part.handedOut.handOut(delivery.offset);
      if (part.taken === part.waiting.length) this.#emptied(part);
      return { delivery, ack };
    }
    return null;
  }

  get inFlight(): number {
    return [...this.#parts.values()].reduce((sum, { handedOut }) => sum + handedOut.inFlight, 0);
  }

  /** The offset of each partition before which every message is acknowledged. */
  positions(): Positions {
    return new Map([...this.#parts].map(([partition, { handedOut }]) => [partition, handedOut.position]));
  }

  /** Number of unacknowledged messages. Null if the partition is not in this share. */
  unacknowledged(partition: number, log: LogSpan): number | null {
    return this.#parts.get(partition)?.handedOut.unacknowledged(log) ?? null;
  }

  /** Delivers nothing more. Delivered messages can still be acknowledged. */
  close(): void {
    void this.#loops.close();
    for (const part of this.#parts.values()) part.waiting = [];
    this.#changed.notifyAll();
  }

  #emptied(part: Part): void {
    part.waiting = [];
    part.taken = 0;
    part.handedOut.skipTo(part.position);
    this.#changed.notifyAll();
  }

  /**
   * Fetches only partitions that have no waiting messages. The broker may delay its answer until messages
   * arrive only if no partition has waiting messages. Otherwise a slow answer would delay another partition
   * that becomes empty.
   */
  async #fetchInto(leader: number, led: readonly number[]): Promise<void> {
    const positions = this.#positionsOfEmpty(led);
    const isIdle = positions.size === led.length;
    const fetched = positions.size === 0 ? [] : await this.#fetch(leader, positions, isIdle);
    const receivedAtMs = performance.timeOrigin + performance.now();
    for (const answer of fetched) await this.#read(answer, receivedAtMs);
    const gotSomething = fetched.some(({ nextOffset }) => nextOffset !== null);
    if (gotSomething) this.#options.onFetched();
    else if (!isIdle) await this.#changed.wait(LOOK_AGAIN_MS);
  }

  /** A batch that cannot be read stops its partition, but not the other ones. It is fetched again and again. */
  async #read(answer: PartitionAnswer, receivedAtMs: number): Promise<void> {
    const { partition } = answer;
    try {
      const { batches, nextOffset } = await readWithin(answer, receivedAtMs, MAX_WAITING);
      if (this.#loops.closed) return;
      this.#keep(partition, nextOffset, batches);
      if (this.#unreadable.delete(partition)) this.#reportUnreadable();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#unreadable.set(partition, `partition ${partition} cannot be read further: ${reason}`);
      this.#reportUnreadable();
      await this.#changed.wait(UNREADABLE_AGAIN_MS);
    }
  }

  #reportUnreadable(): void {
    const [reason = null] = this.#unreadable.values();
    this.#options.onUnreadable(reason);
  }

  #positionsOfEmpty(led: readonly number[]): Positions {
    return new Map(
      [...this.#parts]
        .filter(([partition, { waiting }]) => led.includes(partition) && waiting.length === 0)
        .map(([partition, { position }]) => [partition, position]),
    );
  }

  #fetch(leader: number, positions: Positions, isIdle: boolean): Promise<PartitionAnswer[]> {
    const { cluster, topic } = this.#options;
    return fetchFrom({ cluster, topic, leader, positions, maxWaitMs: isIdle ? MAX_WAIT_MS : 0 });
  }

  #keep(partition: number, nextOffset: number | null, batches: readonly ReadBatch[]): void {
    const part = this.#parts.get(partition);
    // While the leader of a partition changes, two leaders may answer. The second answer must not replace
    // waiting messages.
    if (part === undefined || nextOffset === null || part.waiting.length > 0) return;
    part.waiting = batches.flatMap((batch) => deliveriesFrom(part.position, batch));
    part.position = Math.max(part.position, nextOffset);
    if (part.waiting.length === 0) this.#emptied(part);
  }

  /**
   * Continues at the new start of the log, because a service must not skip messages that are still in the
   * log.
   */
  #restart(partition: number, beginning: number): void {
    const part = this.#parts.get(partition);
    if (part === undefined) return;
    part.position = beginning;
    part.handedOut.restart(beginning);
  }
}

function newPart(start: number): Part {
  return { handedOut: new HandedOut(start), waiting: [], taken: 0, position: start };
}
