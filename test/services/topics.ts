import kafkajs, { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs';
import { until } from '../support/until.ts';

/**
 * Time limit for a request. A paused node accepts a request and never answers, and kafkajs would wait 30 s
 * for it.
 */
const REQUEST_TIMEOUT_MS = 5_000;

export async function withAdmin<T>(bootstrap: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({
    brokers: bootstrap.split(','),
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Creates a topic with these settings. By default, the broker sets timestamps. */
export async function makeTopic(
  bootstrap: string,
  topic: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const all = { 'message.timestamp.type': 'LogAppendTime', ...settings };
  const configEntries = Object.entries(all).map(([name, value]) => ({ name, value }));
  const config: ITopicConfig = { topic, configEntries };
  await withAdmin(bootstrap, async (admin) => {
    // kafkajs's own wait for leaders fails if a broker does not know the topic yet. So do not let kafkajs wait.
    await admin.createTopics({ topics: [config], waitForLeaders: false });
    await until('a topic with leaders', async () => {
      const metadata = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
      return (
        metadata?.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)) ?? false
      );
    });
  });
}

/** Returns the value that the broker uses for a setting of a topic. */
export function topicSetting(bootstrap: string, topic: string, name: string): Promise<string | null> {
  return withAdmin(bootstrap, async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [name] }],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return entries.find(({ configName }) => configName === name)?.configValue ?? null;
  });
}

export async function setTopic(bootstrap: string, topic: string, name: string, value: string): Promise<void> {
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }] };
  await withAdmin(bootstrap, (admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
}

export interface PartitionOffsets {
  readonly partition: number;
  readonly low: number;
  /** The last stable offset, which kafkajs requests here. An open transaction limits it. */
  readonly high: number;
}

/** The first and the last offset of every partition. */
export function topicOffsets(bootstrap: string, topic: string): Promise<PartitionOffsets[]> {
  return withAdmin(bootstrap, async (admin) => {
    const partitions = await admin.fetchTopicOffsets(topic);
    return partitions
      .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  });
}

export async function deleteBefore(
  bootstrap: string,
  topic: string,
  partition: number,
  offset: number,
): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    // Called only for its effect: kafkajs deletes records only in topics whose metadata this client has.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });
}

/** Deletes the topic, and waits until the broker no longer lists it. */
export async function deleteTopic(bootstrap: string, topic: string): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await until('the deletion of the topic', async () => !(await admin.listTopics()).includes(topic));
  });
}
