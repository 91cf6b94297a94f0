import { createServer } from 'node:net';
import { startCluster } from './cluster.ts';
import { startElasticmq } from './elasticmq.ts';
import { jmeterHome } from './jmeter.ts';
import { startKafka } from './kafka.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { removeRunning, writeRunning } from './running-json.ts';
import type { ServiceName } from './service-names.ts';

/** Port of the default queue of `qbl`, and of Kafka in docker-compose.yml. */
const KAFKA_PORT = 9_092;
const SQS_PORT = 9_324;
const RABBITMQ_PORT = 5_672;

interface Started {
  /** A line with the service and its address. */
  readonly line: string;
  stop(): Promise<void>;
}

/**
 * Starts the services, records their addresses in a file, and ends the services when a client connects to the control
 * port.
 */
export async function serveUntilStopped(services: readonly ServiceName[]): Promise<void> {
  const started: Started[] = [];
  try {
    for (const service of services) started.push(await START[service]());
    await untilStopRequested((controlPort) =>
      writeRunning({ pid: process.pid, controlPort, services, lines: started.map(({ line }) => line) }),
    );
  } finally {
    for (const { stop } of started.reverse()) await stop();
    await removeRunning(process.pid);
  }
}

const START: Readonly<Record<ServiceName, () => Promise<Started>>> = {
  kafka: async () => {
    const { bootstrap, stop } = await startKafka({ port: KAFKA_PORT });
    return { line: `kafka    kafka://${bootstrap}`, stop };
  },
  cluster: async () => {
    const { bootstrap, stop } = await startCluster();
    return { line: `cluster  kafka://${bootstrap}`, stop };
  },
  jmeter: async () => ({ line: `jmeter   JMETER_HOME=${await jmeterHome()}`, stop: async () => {} }),
  sqs: async () => {
    const { url, stop } = await startElasticmq({ port: SQS_PORT });
    return { line: `sqs      ${url('stress-queue')}`, stop };
  },
  rabbitmq: async () => {
    const { url, stop } = await startRabbitmq({ port: RABBITMQ_PORT });
    return { line: `rabbitmq ${url('stress-queue')}`, stop };
  },
};

/**
 * Resolves when a client connects. The client's connection closes when this process ends, that is, when everything
 * has stopped. The connection does not keep this process alive.
 */
function untilStopRequested(onListening: (port: number) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.unref();
      server.close();
      resolve();
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address !== 'string') onListening(address.port).catch(reject);
    });
  });
}
