/** Reads a topic from its beginning with a plain kafkajs consumer. Arguments: broker, topic, number of messages. */
import { Kafka } from 'kafkajs';

const [broker = '', topic = '', messages = ''] = process.argv.slice(2);

const consumer = new Kafka({ brokers: [broker] }).consumer({ groupId: `bench-${process.pid}-${Date.now()}` });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await new Promise<void>((resolve) => {
  let read = 0;
  consumer.run({
    eachMessage: async () => {
      read += 1;
      if (read === Number(messages)) resolve();
    },
  });
});
await consumer.disconnect();
