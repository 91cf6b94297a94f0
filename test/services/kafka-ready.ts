import { Kafka, logLevel } from 'kafkajs';
import { until } from '../support/until.ts';

const DEADLINE_MS = 120_000;
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;

/**
 * Waits until the broker reports this many brokers, including itself.
 * @param isRunning checked repeatedly, so that the function does not wait for a process that has ended
 */
export async function untilAnswering(
  bootstrap: string,
  brokers: number,
  isRunning: () => boolean,
): Promise<void> {
  const kafka = new Kafka({
    brokers: [bootstrap],
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const port = Number(bootstrap.split(':').at(-1));
  await until(
    `an answer of ${bootstrap} with ${brokers} brokers`,
    async () => {
      if (!isRunning()) throw new Error('it ended by itself');
      const known = await brokerPorts(kafka).catch((): number[] => []);
      return known.length >= brokers && known.includes(port);
    },
    DEADLINE_MS,
  );
}

async function brokerPorts(kafka: Kafka): Promise<number[]> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.map(({ port }) => port);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
