import type { Positions } from '../../reader.ts';
import type { GroupAnswer, GroupWatch, ObservedGroup } from '../../watching/group-watch.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { beginningOffsets, endOffsets } from '../cluster/offsets.ts';
import { partitionsOf } from '../cluster/partitions.ts';
import { whenSettled } from '../cluster/settling.ts';
import { describeKafkaError } from '../errors.ts';
import { environmentError } from '../hints.ts';
import { Coordinator, type DescribedGroup } from './coordinator.ts';

export interface KafkaGroupWatchOptions {
  readonly client: KafkaClient;
  readonly topic: string;
  readonly group: string;
}

/**
 * Connects, and reads the group once. A missing permission is then reported before anything is sent.
 * @throws QblError 'environment' if the topic cannot be reached, or the group cannot be read
 */
export async function openKafkaGroupWatch(options: KafkaGroupWatchOptions): Promise<GroupWatch> {
  const { client, topic, group } = options;
  const cluster = client.cluster();
  const watch = new KafkaGroupWatch(options, cluster);
  try {
    await cluster.connect();
    await whenSettled(
      async () => {
        await cluster.addTargetTopic(topic);
        await watch.ask();
      },
      () => cluster.refreshMetadata(),
    );
    return watch;
  } catch (error) {
    client.close();
    throw environmentError(`Cannot observe the consumer group '${group}'`, error, client.brokers);
  }
}

class KafkaGroupWatch implements GroupWatch {
  readonly #options: KafkaGroupWatchOptions;
  readonly #cluster: KafkaCluster;
  readonly #coordinator: Coordinator;

  constructor(options: KafkaGroupWatchOptions, cluster: KafkaCluster) {
    const { client, topic, group } = options;
    this.#options = options;
    this.#cluster = cluster;
    this.#coordinator = new Coordinator(client, cluster, topic, group);
  }

  async read(): Promise<GroupAnswer> {
    try {
      return { kind: 'observed', ...(await this.ask()) };
    } catch (error) {
      this.#coordinator.suspect(error);
      await this.#cluster.refreshMetadata().catch(() => {});
      return { kind: 'unanswered', reason: describeKafkaError(error) };
    }
  }

  async ask(): Promise<ObservedGroup> {
    // Loads the metadata first, because the topic can have new partitions. Without current metadata, qbl would not ask
    // for the committed offsets of a new partition.
    await this.#cluster.refreshMetadata();
    const topic = { cluster: this.#cluster, topic: this.#options.topic };
    // Asks for the ends of the logs after the committed offsets. So an end is never smaller than a committed offset.
    const committed = await this.#coordinator.committed(partitionsOf(this.#cluster, topic.topic, 'all'));
    const beginnings = await beginningOffsets(topic);
    const ends = await endOffsets(topic);
    const described = await this.#coordinator.describe();
    return { state: described.state, members: membersOf(described, committed), committed, beginnings, ends };
  }

  async close(): Promise<void> {
    this.#options.client.close();
    await this.#cluster.disconnect();
  }
}

/**
 * Returns the members with their assignments. Null for a group of the newer protocol (KIP-848), because
 * DescribeGroups reports such a group as dead although it has committed offsets. A classic group with
 * committed offsets is never dead, but empty.
 */
function membersOf({ state, members }: DescribedGroup, committed: Positions): Map<string, string> | null {
  if (state === 'Dead' && committed.size > 0) return null;
  return new Map(
    members.map(({ memberId, memberAssignment }) => [memberId, memberAssignment?.toString('base64') ?? '']),
  );
}
