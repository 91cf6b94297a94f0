import { Kafka, logLevel } from 'kafkajs';

/**
 * A service that knows nothing of qbl: a kafkajs consumer in a process of its own. It commits after each message.
 * Arguments: broker, topic, group, milliseconds of work, and the number of messages after which it dies (0: never).
 */
const [address, topic, groupId, workMs, diesAfter] = process.argv.slice(2);
const consumer = new Kafka({
  brokers: [address],
  connectionTimeout: 30_000,
  logLevel: logLevel.NOTHING,
}).consumer({ groupId, sessionTimeout: 30_000, heartbeatInterval: 300 });
let taken = 0;

consumer.on(consumer.events.GROUP_JOIN, () => process.stdout.write('joined\n'));
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommitThreshold: 1,
  eachMessage: async () => {
    taken += 1;
    if (taken === Number(diesAfter)) process.kill(process.pid, 'SIGKILL');
    if (Number(workMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(workMs)));
  },
});
