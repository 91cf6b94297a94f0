import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from 'kafkajs';
import type { Delivery, Timestamp } from '../queue.ts';
import type { KafkaClient } from './client.ts';
import { committedRecords } from './committed-records.ts';
import { describeError, outOfRangePartitionOf } from './errors.ts';
import type { FetchedPartition, FetchedRecord, FetchResponse } from './fetch-response.ts';
import { beginningOffsets } from './offsets.ts';
import type { ReadingProgress } from './reading-progress.ts';

const READ_COMMITTED = 1;
/** The broker answers as soon as there is something, at the latest after this. */
const MAX_WAIT_MS = 500;
const MAX_BYTES_PER_PARTITION = 256 * 1024;
const MAX_BYTES_PER_FETCH = 8 * 1024 * 1024;
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;
const LOG_APPEND_TIME = 1;

export interface FetcherOptions {
  readonly client: KafkaClient;
  readonly cluster: Cluster;
  readonly topic: string;
  readonly progress: ReadingProgress;
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
}

/**
 * Fetches every partition from its leader, one request outstanding for each leader. There is no consumer group:
 * nothing to join, nobody to rebalance with, and no committed offset that could move a position.
 */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #loops = new Map<number, Promise<void>>();
  #closed = false;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.followLeaders();
  }

  /** Sees to it that every leader of the topic that the metadata knows is read from. */
  followLeaders(): void {
    for (const { leader } of this.#metadata()) {
      if (leader < 0 || this.#closed || this.#loops.has(leader)) continue;
      this.#loops.set(
        leader,
        this.#follow(leader).finally(() => this.#loops.delete(leader)),
      );
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.client.close();
    await Promise.all(this.#loops.values());
  }

  #metadata() {
    return this.#options.cluster.findTopicPartitionMetadata(this.#options.topic);
  }

  async #follow(leader: number): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed) {
      const fetched = await this.#fetch(leader).catch((error: unknown) => this.#recover(error, retryMs));
      if (this.#closed) return;
      retryMs = fetched === null ? Math.min(retryMs * 2, MAX_RETRY_MS) : FIRST_RETRY_MS;
      const receivedAtMs = performance.timeOrigin + performance.now();
      try {
        for (const partition of fetched ?? []) this.#take(partition, receivedAtMs);
      } catch (error) {
        // Whoever takes the deliveries cannot go on: that is told to who drains, and nothing more is read.
        this.#options.progress.fail(error);
        return;
      }
      this.followLeaders();
      if (fetched !== null && fetched.length === 0 && this.#partitionsLedBy(leader).length === 0) return;
    }
  }

  #partitionsLedBy(leader: number): number[] {
    return this.#metadata()
      .filter((partition) => partition.leader === leader)
      .map(({ partitionId }) => partitionId);
  }

  async #fetch(leader: number): Promise<readonly FetchedPartition[]> {
    const { cluster, topic, progress } = this.#options;
    await cluster.refreshMetadataIfNecessary();
    const partitions = this.#partitionsLedBy(leader).map((partition) => ({
      partition,
      fetchOffset: String(progress.positionOf(partition)),
      maxBytes: MAX_BYTES_PER_PARTITION,
    }));
    if (partitions.length === 0) return [];
    const broker = await cluster.findBroker({ nodeId: String(leader) });
    const response: FetchResponse = await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: MAX_BYTES_PER_FETCH,
      topics: [{ topic, partitions }],
    });
    return response.responses.flatMap((fetched) => fetched.partitions);
  }

  #take(fetched: FetchedPartition, receivedAtMs: number): void {
    const { progress, onDeliveries } = this.#options;
    const { partition, messages } = fetched;
    const position = progress.positionOf(partition);
    // A compressed batch is returned whole, also when it begins before the position.
    const records = messages.filter(({ offset }) => Number(offset) >= position);
    progress.noteLastStableOffset(partition, Number(fetched.lastStableOffset ?? fetched.highWatermark));
    const deliveries = committedRecords(records, fetched.abortedTransactions ?? []).map((record) =>
      deliveryOf(record, partition, receivedAtMs),
    );
    if (deliveries.length > 0) onDeliveries(deliveries);
    const last = records.at(-1);
    if (last !== undefined) progress.moveTo(partition, Number(last.offset) + 1);
  }

  async #recover(error: unknown, retryMs: number): Promise<null> {
    if (this.#closed) return null;
    const { client, cluster, progress } = this.#options;
    client.dropBroken(cluster, error);
    progress.noteTrouble(describeError(error));
    const partition = outOfRangePartitionOf(error);
    const mended = partition !== null && (await this.#skipToBeginning(partition).catch(() => false));
    if (!mended) {
      await sleep(retryMs);
      await cluster.refreshMetadata().catch(() => {});
    }
    return null;
  }

  /** The position lies outside the log: go on where the log begins, and remember that there is a gap. */
  async #skipToBeginning(partition: number): Promise<boolean> {
    const { cluster, topic, progress } = this.#options;
    const beginning = (await beginningOffsets(cluster, topic)).get(partition);
    if (beginning === undefined) return false;
    const position = progress.positionOf(partition);
    const what =
      beginning > position
        ? `the log of partition ${partition} begins at ${beginning} now: what was at ${position} is gone unread`
        : `the log of partition ${partition} no longer reaches ${position}: it was cut or made anew`;
    progress.noteGap(partition, what);
    progress.moveTo(partition, beginning);
    return true;
  }
}

function deliveryOf(record: FetchedRecord, partition: number, receivedAtMs: number): Delivery {
  const { offset, value } = record;
  return { partition, offset: Number(offset), value, receivedAtMs, timestamp: timestampOf(record) };
}

/** kafkajs gives every record of a LogAppendTime batch the batch's stamp, as Kafka's own clients do. */
function timestampOf({ timestamp, batchContext }: FetchedRecord): Timestamp | null {
  const atMs = Number(timestamp ?? -1);
  if (atMs < 0) return null;
  return {
    source: batchContext?.timestampType === LOG_APPEND_TIME ? 'LogAppendTime' : 'CreateTime',
    atMs,
  };
}
