import { QblError } from '../error.ts';
import type { Queue } from './queue.ts';
import { parseQueueUrl } from './url/url.ts';

export interface OpenOptions {
  /** A file of settings, such as credentials; null: none. */
  readonly configFile?: string | null;
  /** Settings may come from here too, and win. */
  readonly env?: NodeJS.ProcessEnv;
  /** Of a topic that is made because it is missing; null: as the system has it. Only Kafka knows these. */
  readonly partitions?: number | null;
  readonly replication?: number | null;
}

/**
 * The queue behind a URL, not connected yet. Its adapter is loaded only when it is asked for.
 * @throws QblError 'usage' for a URL or a setting that means nothing
 */
export async function openQueue(url: string, options: OpenOptions = {}): Promise<Queue> {
  const address = parseQueueUrl(url);
  const { configFile = null, env = {}, partitions = null, replication = null } = options;
  switch (address.system) {
    case 'kafka': {
      const [{ KafkaQueue }, { readSecurity }] = await Promise.all([
        import('./kafka/kafka-queue.ts'),
        import('./kafka/cluster/security.ts'),
      ]);
      return new KafkaQueue(address, {
        security: readSecurity(configFile, env),
        newTopic: { partitions, replication },
      });
    }
    case 'rabbitmq': {
      const [{ RabbitmqQueue }, { readRabbitmqSettings }] = await Promise.all([
        import('./rabbitmq/rabbitmq-queue.ts'),
        import('./rabbitmq/connection/settings.ts'),
      ]);
      return new RabbitmqQueue(address, readRabbitmqSettings(configFile, env, address.tls));
    }
    case 'sqs': {
      // In the environment it stands for other queues too, and nobody said that it is for this one.
      if (configFile !== null && configFile !== env['QBL_QUEUE_CONFIG']) throw noSettings();
      const { SqsQueue } = await import('./sqs/sqs-queue.ts');
      return new SqsQueue(address, env);
    }
  }
}

function noSettings(): QblError {
  return new QblError('usage', 'SQS has no settings of its own: --queue-config means nothing here.', {
    hint: 'Credentials come the usual ways of AWS, such as AWS_PROFILE or AWS_ACCESS_KEY_ID.',
  });
}
