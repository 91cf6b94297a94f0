import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { partitionsOf } from '../cluster/partitions.ts';

/**
 * Notices that a topic has more partitions than the leader of a group has assigned. Asks in the background, because a
 * broker that does not answer must not delay the leader's heartbeats.
 */
export class Growth {
  readonly #client: KafkaClient;
  readonly #cluster: KafkaCluster;
  readonly #topic: string;
  readonly #assigned: number;
  #asking: Promise<void> | null = null;
  #hasGrown = false;

  /** @param assigned number of partitions that the leader has assigned */
  constructor(client: KafkaClient, cluster: KafkaCluster, topic: string, assigned: number) {
    this.#client = client;
    this.#cluster = cluster;
    this.#topic = topic;
    this.#assigned = assigned;
  }

  /**
   * Whether the topic has grown, according to the last answer of a broker. Each call also asks again in the background,
   * until the topic has grown.
   */
  look(): boolean {
    if (this.#hasGrown) return true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return false;
  }

  async #ask(): Promise<void> {
    try {
      await this.#cluster.refreshMetadata();
      this.#hasGrown = partitionsOf(this.#cluster, this.#topic, 'all').length > this.#assigned;
    } catch (error) {
      await this.#client.cutSilent(error);
    }
  }
}
