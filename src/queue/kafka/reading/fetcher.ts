import type { Doubt } from '../../doubt.ts';
import type { Delivery, Positions } from '../../reader.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { LeaderLoops } from '../cluster/leader-loops.ts';
import { partitionsOf } from '../cluster/partitions.ts';
import { describeKafkaError } from '../errors.ts';
import { deliveriesFrom, type ReadBatch, readFetched } from '../fetch/deliveries.ts';
import { fetchFrom, MAX_WAIT_MS } from '../fetch/fetch.ts';
import { lastOffsetGap } from '../fetch/offset-gaps.ts';
import type { PartitionAnswer } from '../fetch/response.ts';
import type { ReadingProgress } from './reading-progress.ts';

export interface FetcherOptions {
  readonly client: KafkaClient;
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly progress: ReadingProgress;
  /** Returns starting offsets for partitions that had no leader, or did not exist, when the reader was opened. */
  readonly startsOf: (partitions: readonly number[]) => Promise<Positions>;
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
}

/**
 * Fetches every partition of a topic. It uses no consumer group, so a rebalance or a committed offset cannot change
 * its positions.
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
      onTrouble: (error) => progress.noteTrouble(describeKafkaError(error)),
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
    const receivedAtMs = performance.timeOrigin + performance.now();
    for (const partition of fetched) await this.#take(partition, receivedAtMs);
  }

  async #beginNew(partitions: readonly number[]): Promise<void> {
    const { progress, startsOf } = this.#options;
    const added = partitions.filter((partition) => !progress.hasBegun(partition));
    if (added.length > 0) progress.begin(await startsOf(added));
  }

  /**
   * Delivers fetched batches. The position moves after each batch, so if a batch cannot be read, the next fetch starts
   * at that batch.
   */
  async #take(fetched: PartitionAnswer, receivedAtMs: number): Promise<void> {
    if (this.#loops.closed) return;
    const { partition, lastStableOffset, nextOffset, batches } = fetched;
    const { progress } = this.#options;
    progress.noteLastStableOffset(partition, lastStableOffset);
    const gap = lastOffsetGap(progress.positionOf(partition), batches);
    if (gap !== null) progress.noteOffsetGap(partition, gap);
    for await (const batch of readFetched(fetched, receivedAtMs)) {
      if (this.#loops.closed) return;
      this.#handOver(partition, batch);
    }
    if (nextOffset !== null && !this.#loops.closed) this.#moveOn(partition, nextOffset);
  }

  /** Delivers one batch. If the callback throws, reading stops and drain() fails. */
  #handOver(partition: number, batch: ReadBatch): void {
    const { progress, onDeliveries } = this.#options;
    const deliveries = deliveriesFrom(progress.positionOf(partition), batch);
    try {
      if (deliveries.length > 0) onDeliveries(deliveries);
    } catch (error) {
      progress.fail(error);
      void this.#loops.close();
      return;
    }
    this.#moveOn(partition, batch.nextOffset);
  }

  #moveOn(partition: number, nextOffset: number): void {
    const { progress } = this.#options;
    progress.moveTo(partition, Math.max(progress.positionOf(partition), nextOffset));
  }

  /**
   * Continues at the start of the log, because the log no longer has the read position. Records that messages may have
   * been missed.
   */
  #skipTo(partition: number, beginning: number): void {
    const { progress } = this.#options;
    const position = progress.positionOf(partition);
    progress.noteDoubt(
      partition,
      beginning > position ? gone(partition, position, beginning) : cut(partition, position),
    );
    progress.moveTo(partition, beginning);
  }
}

function gone(partition: number, position: number, beginning: number): Doubt {
  const text = `the log of partition ${partition} now begins at offset ${beginning}: the messages from offset ${position} on were removed before they were read`;
  return { kind: 'removed-by-retention', text, prevents: 'absence' };
}

function cut(partition: number, position: number): Doubt {
  const text = `the log of partition ${partition} no longer reaches offset ${position}: it was truncated, or the topic was recreated`;
  return { kind: 'queue-recreated', text, prevents: 'always' };
}
