import type { Cluster } from 'kafkajs';
import type { Delivery, Positions } from '../queue.ts';
import type { KafkaClient } from './client.ts';
import { describeError } from './errors.ts';
import { type ReadPartition, readFetched } from './fetch/deliveries.ts';
import { fetchFrom, MAX_WAIT_MS } from './fetch/fetch.ts';
import { LeaderLoops } from './leader-loops.ts';
import { partitionsOf } from './partitions.ts';
import type { ReadingProgress } from './reading-progress.ts';

export interface FetcherOptions {
  readonly client: KafkaClient;
  readonly cluster: Cluster;
  readonly topic: string;
  readonly progress: ReadingProgress;
  /** Where to begin with partitions that had no leader yet, or were not there, when the reader was opened. */
  readonly startsOf: (partitions: readonly number[]) => Promise<Positions>;
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
}

/**
 * Fetches every partition of a topic. There is no consumer group: nothing to join, nobody to rebalance with, and no
 * committed offset that could move a position.
 */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #loops: LeaderLoops;

  constructor(options: FetcherOptions) {
    this.#options = options;
    const { cluster, topic, progress } = options;
    this.#loops = new LeaderLoops({
      ...options,
      partitions: () => partitionsOf(cluster, topic, 'all'),
      fetch: (leader, led) => this.#fetch(leader, led),
      onTrouble: (error) => progress.noteTrouble(describeError(error)),
      onOutOfRange: (partition, beginning) => this.#skipTo(partition, beginning),
    });
  }

  async close(): Promise<void> {
    const closed = this.#loops.close();
    this.#options.client.close();
    await closed;
  }

  async #fetch(leader: number, led: readonly number[]): Promise<void> {
    const { cluster, topic, progress } = this.#options;
    await this.#beginNew(led);
    const positions = new Map(led.map((partition) => [partition, progress.positionOf(partition)]));
    const fetched = await fetchFrom({ cluster, topic, leader, positions, maxWaitMs: MAX_WAIT_MS });
    if (!this.#loops.closed)
      this.#takeAll(readFetched(fetched, (partition) => progress.positionOf(partition)));
  }

  async #beginNew(partitions: readonly number[]): Promise<void> {
    const { progress, startsOf } = this.#options;
    const added = partitions.filter((partition) => !progress.hasBegun(partition));
    if (added.length > 0) progress.begin(await startsOf(added));
  }

  /** Whoever takes the deliveries may be unable to go on: that is told to who drains, and nothing more is read. */
  #takeAll(fetched: readonly ReadPartition[]): void {
    try {
      for (const partition of fetched) this.#take(partition);
    } catch (error) {
      this.#options.progress.fail(error);
      void this.#loops.close();
    }
  }

  #take({ partition, lastStableOffset, nextOffset, deliveries }: ReadPartition): void {
    const { progress, onDeliveries } = this.#options;
    const position = progress.positionOf(partition);
    progress.noteLastStableOffset(partition, lastStableOffset);
    if (deliveries.length > 0) onDeliveries(deliveries);
    if (nextOffset !== null) progress.moveTo(partition, Math.max(position, nextOffset));
  }

  /** Goes on where the log begins, and remembers that there is a gap. */
  #skipTo(partition: number, beginning: number): void {
    const { progress } = this.#options;
    const position = progress.positionOf(partition);
    const what =
      beginning > position
        ? `the log of partition ${partition} begins at ${beginning} now: what was at ${position} is gone unread`
        : `the log of partition ${partition} no longer reaches ${position}: it was cut or made anew`;
    progress.noteGap(partition, what);
    progress.moveTo(partition, beginning);
  }
}
