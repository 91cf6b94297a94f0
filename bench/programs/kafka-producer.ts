/**
 * Sends messages with kafkajs for some time, from many callers. Arguments: broker, topic, partitions, seconds.
 * Prints the number of acked messages and of seconds as JSON.
 */
import { Kafka } from 'kafkajs';

const [broker = '', topic = '', partitions = '', seconds = ''] = process.argv.slice(2);
/** Each caller sends its next batch when its last one is acknowledged. */
const CALLERS = 256;
const MESSAGES_IN_A_SEND = 64;
const MESSAGE_BYTES = 200;

const messages = Array.from({ length: MESSAGES_IN_A_SEND }, (_, index) => ({
  partition: index % Number(partitions),
  value: Buffer.alloc(MESSAGE_BYTES, 'x'),
}));
const producer = new Kafka({ brokers: [broker] }).producer();
await producer.connect();
// The first send creates the topic.
await producer.sendBatch({ topicMessages: [{ topic, messages }] });

const startedMs = performance.now();
const counts = await Promise.all(Array.from({ length: CALLERS }, sendUntilEnd));
const acked = counts.reduce((sum, count) => sum + count, 0);
process.stdout.write(`${JSON.stringify({ acked, seconds: (performance.now() - startedMs) / 1000 })}\n`);
await producer.disconnect();

async function sendUntilEnd(): Promise<number> {
  let acked = 0;
  while (performance.now() - startedMs < Number(seconds) * 1000) {
    await producer.sendBatch({ topicMessages: [{ topic, messages }] });
    acked += messages.length;
  }
  return acked;
}
