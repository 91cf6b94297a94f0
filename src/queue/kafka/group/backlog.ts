import type { BacklogWatch } from '../../queue.ts';
import type { Positions } from '../../reader.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { beginningOffsets, endOffsets } from '../cluster/offsets.ts';
import { whenSettled } from '../cluster/settling.ts';
import { environmentError } from '../hints.ts';
import { Coordinator } from './coordinator.ts';
import type { GroupView } from './group-view.ts';

/** How old the known partitions and the known beginnings of their logs may be. */
const LOGS_MAX_AGE_MS = 500;

export interface KafkaBacklogOptions {
  readonly client: KafkaClient;
  readonly topic: string;
  readonly group: string;
  readonly view: GroupView;
}

/**
 * Opens a watch of the messages that wait for a group.
 * @throws QblError 'environment' if the topic cannot be reached
 */
export async function openKafkaBacklog(options: KafkaBacklogOptions): Promise<BacklogWatch> {
  const { client, topic } = options;
  const cluster = client.cluster();
  try {
    await cluster.connect();
    await whenSettled(
      () => cluster.addTargetTopic(topic),
      () => cluster.refreshMetadata(),
    );
    return new KafkaBacklog(options, cluster);
  } catch (error) {
    client.close();
    throw environmentError(`Cannot watch the topic '${topic}'`, error, client.brokers);
  }
}

/**
 * Reads the ends of the logs and the committed offsets of the group. This takes one request to each leader
 * and one request to the coordinator.
 */
class KafkaBacklog implements BacklogWatch {
  /** How long the counts can lack the messages of a new partition. */
  readonly lagMs = LOGS_MAX_AGE_MS;
  readonly #options: KafkaBacklogOptions;
  readonly #cluster: KafkaCluster;
  readonly #coordinator: Coordinator;
  /** The first offsets of the logs. The broker deleted the messages before them, so no group can read these messages. */
  #beginnings: Positions = new Map();
  #refreshedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: KafkaBacklogOptions, cluster: KafkaCluster) {
    const { client, topic, group } = options;
    this.#options = options;
    this.#cluster = cluster;
    this.#coordinator = new Coordinator(client, cluster, topic, group);
  }

  async read(): Promise<number | null> {
    try {
      return await this.#ask();
    } catch (error) {
      this.#coordinator.suspect(error);
      await this.#cluster.refreshMetadata().catch(() => {});
      return null;
    }
  }

  async close(): Promise<void> {
    this.#options.client.close();
    await this.#cluster.disconnect();
  }

  async #ask(): Promise<number> {
    const topic = { cluster: this.#cluster, topic: this.#options.topic };
    await this.#refreshLogs(topic);
    const ends = await endOffsets(topic);
    const committed = await this.#coordinator.committed([...ends.keys()]);
    return [...ends].reduce((sum, [partition, end]) => {
      const log = { beginning: this.#beginnings.get(partition) ?? 0, end };
      return sum + this.#options.view.unacknowledged(partition, log, committed.get(partition) ?? 0);
    }, 0);
  }

  async #refreshLogs(topic: Parameters<typeof beginningOffsets>[0]): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#refreshedAtMs < LOGS_MAX_AGE_MS) return;
    await this.#cluster.refreshMetadata();
    this.#beginnings = await beginningOffsets(topic);
    this.#refreshedAtMs = nowMs;
  }
}
