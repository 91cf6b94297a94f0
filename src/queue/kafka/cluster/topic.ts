// kafkajs is a CommonJS package, and Node finds only some of its named exports. So qbl imports the default export.
import kafkajs, { type Admin } from 'kafkajs';
import { brokerErrorOf, TopicCreationError } from '../errors.ts';
import type { KafkaCluster } from './cluster.ts';
import { leaderOf, partitionsOf } from './partitions.ts';
import { whenSettled } from './settling.ts';

export interface TopicSettings {
  /** Size of the largest record batch that the topic accepts. */
  readonly maxMessageBytes: number;
  /** Whether the topic is compacted. Null if the broker does not report it. */
  readonly compacted: boolean | null;
}

/** Settings of a topic that qbl creates. Null means the broker's default. */
export interface NewTopic {
  readonly partitions: number | null;
  readonly replication: number | null;
}

/** −1 in a request means the broker's default (KIP-464). */
const BROKERS_DEFAULT = -1;

/** Kafka's default for max.message.bytes: 1 MiB plus the overhead of a batch (ServerLogConfigs). */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/**
 * Loads the topic's metadata. Creates the topic if it is missing, with timestamps that the broker sets.
 * @throws TopicCreationError if the topic is missing and cannot be created
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

/** Repeats the work while the brokers have no current metadata. The work must send a new request each time. */
function untilSettled<T>(work: () => Promise<T>): Promise<T> {
  return whenSettled(work, () => Promise.resolve());
}

export function isUnknownTopic(error: unknown): boolean {
  return brokerErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** Requests the topic's metadata from a broker, because kafkajs's stored metadata may be of a deleted topic. */
async function loadTopic(cluster: KafkaCluster, topic: string): Promise<void> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadata();
}

/**
 * Loads the metadata of a new topic. Throws while a partition has no leader yet, so that the caller repeats the
 * request.
 */
async function loadTopicWithLeaders(cluster: KafkaCluster, topic: string): Promise<void> {
  await loadTopic(cluster, topic);
  for (const partition of partitionsOf(cluster, topic, 'all')) leaderOf(cluster, topic, partition);
}

/**
 * Creates the topic. Does not fail if the topic exists, because an earlier attempt or another program may have created
 * it.
 */
function createTopic(admin: Admin, topic: string, { partitions, replication }: NewTopic): Promise<unknown> {
  const numPartitions = partitions ?? BROKERS_DEFAULT;
  const replicationFactor = replication ?? BROKERS_DEFAULT;
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  return withAdmin(admin, () =>
    admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor, configEntries }] }),
  );
}

/**
 * Reads the topic's settings. Returns Kafka's defaults if the broker does not report them or this user may not read
 * them.
 */
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

/** Returns the ID of the cluster, which each of its brokers reports. Null if the cluster has no ID. */
export async function readClusterId(admin: Admin): Promise<string | null> {
  const { clusterId } = await withAdmin(admin, () => admin.describeCluster());
  return clusterId ?? null;
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
