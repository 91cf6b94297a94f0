import kafkajs, { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs';
import { until } from '../support/until.ts';

/** A node that is paused takes a request and never answers; kafkajs would wait 30 s for it. */
const REQUEST_TIMEOUT_MS = 5_000;

/** With an admin client of a cluster, for as long as the work takes. */
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

/** Makes a topic with settings of its own; stamps are set by the broker unless they say otherwise. */
export async function makeTopic(
  bootstrap: string,
  topic: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const all = { 'message.timestamp.type': 'LogAppendTime', ...settings };
  const configEntries = Object.entries(all).map(([name, value]) => ({ name, value }));
  const config: ITopicConfig = { topic, configEntries };
  await withAdmin(bootstrap, async (admin) => {
    // kafkajs's own waiting gives up when a broker has not heard of the topic yet.
    await admin.createTopics({ topics: [config], waitForLeaders: false });
    await until('a topic with leaders', async () => {
      const metadata = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
      return (
        metadata?.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)) ?? false
      );
    });
  });
}

/** What the broker says that a topic is set to. */
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
  /** The last stable offset, which kafkajs asks for here: an open transaction holds it back. */
  readonly high: number;
}

/** Where the log of every partition begins and ends. */
export function topicOffsets(bootstrap: string, topic: string): Promise<PartitionOffsets[]> {
  return withAdmin(bootstrap, async (admin) => {
    const partitions = await admin.fetchTopicOffsets(topic);
    return partitions
      .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  });
}

/** Removes what stands before the offset. */
export async function deleteBefore(
  bootstrap: string,
  topic: string,
  partition: number,
  offset: number,
): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    // It is for its effect: kafkajs deletes only in topics whose metadata this client has.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });
}

/** Deletes the topic, and waits until the broker knows it no more. */
export async function deleteTopic(bootstrap: string, topic: string): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await until('a topic that is gone', async () => !(await admin.listTopics()).includes(topic));
  });
}
