import { Kafka, KafkaJSProtocolError, logLevel, type Producer, type ProducerConfig } from 'kafkajs';

/** A kafkajs client, which users of Kafka have too. Its log is off. On a busy machine, 1 s is too short to connect. */
export function kafka(address: string): Kafka {
  return new Kafka({ brokers: [address], connectionTimeout: 30_000, logLevel: logLevel.NOTHING });
}

/** A producer that waits for all replicas. */
export async function connectProducer(address: string, config?: ProducerConfig): Promise<Producer> {
  const producer = kafka(address).producer(config);
  await producer.connect();
  return producer;
}

/** Number of messages in a topic; 0 while the topic does not exist. */
export async function storedMessages(address: string, topic: string): Promise<number> {
  const admin = kafka(address).admin();
  try {
    await admin.connect();
    const partitions = await admin.fetchTopicOffsets(topic);
    return partitions.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } catch (error) {
    if (error instanceof KafkaJSProtocolError && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') return 0;
    throw error;
  } finally {
    await admin.disconnect();
  }
}

export async function createTopic(address: string, topic: string): Promise<void> {
  const admin = kafka(address).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 6 }] });
  await admin.disconnect();
}
