// CommonJS whose names Node finds by static analysis, which misses this one: hence the default import.
import kafkajs, { type Admin } from 'kafkajs';
import { brokerErrorOf, TopicCreationError } from '../errors.ts';
import type { KafkaCluster } from './cluster.ts';
import { leaderOf, partitionsOf } from './partitions.ts';
import { whenSettled } from './settling.ts';

export interface TopicSettings {
  /** The largest record batch that the topic takes. */
  readonly maxMessageBytes: number;
  /** Null: the broker does not say. */
  readonly compacted: boolean | null;
}

/** Null: as many as the broker has for new topics. */
export interface NewTopic {
  readonly partitions: number | null;
  readonly replication: number | null;
}

/** KIP-464. */
const BROKERS_DEFAULT = -1;

/** Kafka's default for max.message.bytes: 1 MiB and the overhead of a batch (ServerLogConfigs). */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/**
 * Loads the topic's metadata, and creates the topic if it is not there,
 * with stamps that tell when the broker got a message.
 * @throws TopicCreationError when it is missing and cannot be made
 */
export async function ensureTopic(
  cluster: KafkaCluster,
  admin: () => Admin,
  topic: string,
  newTopic: NewTopic,
): Promise<void> {
  try {
    await loadTopic(cluster, topic);
  } catch (error) {
    if (!isUnknownTopic(error)) throw error;
    await untilSettled(() => createTopic(admin(), topic, newTopic)).catch((cause: unknown) => {
      throw new TopicCreationError(cause);
    });
    await untilSettled(() => loadTopicWithLeaders(cluster, topic));
  }
}

/** For work that asks anew each time. */
function untilSettled<T>(work: () => Promise<T>): Promise<T> {
  return whenSettled(work, () => Promise.resolve());
}

export function isUnknownTopic(error: unknown): boolean {
  return brokerErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** Asks the broker also when kafkajs has metadata already, which may be of a topic that is gone. */
async function loadTopic(cluster: KafkaCluster, topic: string): Promise<void> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadata();
}

/** The leaders of a new topic are elected while it is asked for. */
async function loadTopicWithLeaders(cluster: KafkaCluster, topic: string): Promise<void> {
  await loadTopic(cluster, topic);
  for (const partition of partitionsOf(cluster, topic, 'all')) leaderOf(cluster, topic, partition);
}

/** A topic that is there by now, made by this attempt or another, is no error. */
function createTopic(admin: Admin, topic: string, { partitions, replication }: NewTopic): Promise<unknown> {
  const numPartitions = partitions ?? BROKERS_DEFAULT;
  const replicationFactor = replication ?? BROKERS_DEFAULT;
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  return withAdmin(admin, () =>
    admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor, configEntries }] }),
  );
}

/** The topic's settings; Kafka's defaults where the broker does not tell or this user may not ask. */
export async function readTopicSettings(admin: Admin, topic: string): Promise<TopicSettings> {
  const settings = await withAdmin(admin, () => describeTopic(admin, topic)).catch(
    () => new Map<string, string>(),
  );
  const maxMessageBytes = Number(settings.get('max.message.bytes'));
  return {
    maxMessageBytes: maxMessageBytes > 0 ? maxMessageBytes : DEFAULT_MAX_MESSAGE_BYTES,
    compacted: settings.get('cleanup.policy')?.includes('compact') ?? null,
  };
}

async function describeTopic(admin: Admin, topic: string): Promise<Map<string, string>> {
  const configNames = ['max.message.bytes', 'cleanup.policy'];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames }],
  });
  const entries = resources.flatMap((resource) => resource.configEntries);
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
}

async function withAdmin<T>(admin: Admin, work: () => Promise<T>): Promise<T> {
  await admin.connect();
  try {
    return await work();
  } finally {
    await admin.disconnect();
  }
}
