import { Condition } from '../../condition.ts';
import { outOfRangePartitionOf } from '../errors.ts';
import type { KafkaClient } from './client.ts';
import type { KafkaCluster } from './cluster.ts';
import { beginningOffsets } from './offsets.ts';

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;
/**
 * Interval at which to ask again for the leader of a partition without a leader. The election of a leader
 * takes seconds.
 */
const LOOK_AGAIN_MS = 500;

export interface LeaderLoopsOptions {
  readonly client: KafkaClient;
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** Returns the partitions that must be read now. */
  readonly partitions: () => readonly number[];
  /** Sends one fetch for these partitions to their leader, and handles the result. */
  readonly fetch: (leader: number, led: readonly number[]) => Promise<void>;
  readonly onTrouble?: (error: unknown) => void;
  /** Called if the read position is outside the log, which now starts at `beginning`. */
  readonly onOutOfRange: (partition: number, beginning: number) => void;
}

/** Fetches partitions from their leaders until `close`. At any time, at most one request to each leader is open. */
export class LeaderLoops {
  readonly #options: LeaderLoopsOptions;
  readonly #loops = new Map<number, Promise<void>>();
  readonly #closing = new Condition();
  readonly #watching: Promise<void>;
  #closed = false;

  constructor(options: LeaderLoopsOptions) {
    this.#options = options;
    this.#followLeaders();
    this.#watching = this.#watch();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Starts no more fetches. Resolves when the running fetches have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.notifyAll();
    await Promise.all([...this.#loops.values(), this.#watching]);
  }

  /**
   * Looks for partitions without a fetch loop, and starts a loop for their leader. A partition without a leader has no
   * loop.
   */
  async #watch(): Promise<void> {
    const { client, cluster } = this.#options;
    while (true) {
      await this.#closing.wait(LOOK_AGAIN_MS);
      if (this.#closed) return;
      if (this.#leaders().every((leader) => this.#loops.has(leader))) continue;
      await cluster.refreshMetadata().catch((error: unknown) => client.cutSilent(error));
      this.#followLeaders();
    }
  }

  #followLeaders(): void {
    for (const leader of this.#leaders()) {
      if (leader < 0 || this.#closed || this.#loops.has(leader)) continue;
      this.#loops.set(
        leader,
        this.#follow(leader).finally(() => this.#loops.delete(leader)),
      );
    }
  }

  async #follow(leader: number): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed) {
      try {
        await this.#options.cluster.refreshMetadataIfNecessary();
        this.#followLeaders();
        const led = this.#ledBy(leader);
        if (led.length === 0 || this.#closed) return;
        await this.#options.fetch(leader, led);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        await this.#recover(error, retryMs);
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    }
  }

  /** The leader of each partition, or -1 for a partition without a leader. */
  #leaders(): number[] {
    return this.#options.partitions().map((partition) => this.#leaderOf(partition));
  }

  #ledBy(leader: number): number[] {
    return this.#options.partitions().filter((partition) => this.#leaderOf(partition) === leader);
  }

  #leaderOf(partition: number): number {
    const { cluster, topic } = this.#options;
    const metadata = cluster.findTopicPartitionMetadata(topic);
    return metadata.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
  }

  async #recover(error: unknown, retryMs: number): Promise<void> {
    if (this.#closed) return;
    const { client, cluster, onTrouble } = this.#options;
    await client.cutSilent(error);
    onTrouble?.(error);
    const partition = outOfRangePartitionOf(error);
    if (partition !== null && (await this.#toBeginning(partition).catch(() => false))) return;
    await this.#closing.wait(retryMs);
    await cluster.refreshMetadata().catch(() => {});
  }

  async #toBeginning(partition: number): Promise<boolean> {
    const { cluster, topic, onOutOfRange } = this.#options;
    const beginning = (await beginningOffsets({ cluster, topic, partitions: [partition] })).get(partition);
    if (beginning === undefined || this.#closed) return false;
    onOutOfRange(partition, beginning);
    return true;
  }
}
