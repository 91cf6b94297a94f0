import { spawnBroker } from '../../support/broker.ts';
import { kill } from '../../support/qbl.ts';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { startElasticmq } from '../elasticmq.ts';
import { startKafka } from '../kafka.ts';
import { startRabbitmq } from '../rabbitmq.ts';
import type { RunningSystem, System } from './system.ts';

export const embedded: System = {
  name: 'the embedded broker',
  tools: [],
  start: async () => {
    const folder = await makeTempFolder();
    let broker = await spawnBroker(folder);
    const { address, port } = broker;
    return {
      url: (topic) => `kafka://${address}/${topic}`,
      env: {},
      kill: () => kill(broker.process),
      restart: async () => {
        broker = await spawnBroker(folder, port);
      },
      stop: async () => {
        await kill(broker.process);
        await removeFolder(folder);
      },
    };
  },
};

export const kafka: System = {
  name: 'Kafka',
  tools: ['java', 'mvn'],
  start: async (): Promise<RunningSystem> => {
    const node = await startKafka();
    return {
      url: (topic) => node.url(topic),
      env: {},
      kill: () => node.kill(),
      restart: () => node.restart(),
      stop: () => node.stop(),
    };
  },
};

/** The name of a queue decides whether it is a standard or a FIFO queue. */
export const elasticmq = (name: string): System => ({
  name,
  tools: ['java', 'mvn'],
  start: async (): Promise<RunningSystem> => {
    const process = await startElasticmq();
    return {
      url: (queue) => process.url(queue),
      env: {},
      kill: () => process.kill(),
      restart: () => process.restart(),
      stop: () => process.stop(),
    };
  },
});

/**
 * Returns RabbitMQ as a system to test.
 * @param parameters parameters of the queue URL, such as `?type=classic`
 */
export const rabbitmq = (name: string, parameters: string): System => ({
  name,
  tools: ['rabbitmq-server'],
  start: async (): Promise<RunningSystem> => {
    const node = await startRabbitmq();
    return {
      url: (queue) => `${node.url(queue)}${parameters}`,
      // RabbitMQ does not report its size limit, and the tests would take long with messages of the default limit.
      env: { QBL_AMQP_MAX_MESSAGE_BYTES: '200000' },
      kill: () => node.kill(),
      restart: () => node.restart(),
      stop: () => node.stop(),
    };
  },
});
