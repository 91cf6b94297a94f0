import { QblError } from '../error.ts';
import type { Queue } from './queue.ts';
import { parseQueueUrl } from './url/url.ts';

export interface OpenOptions {
  /** Path of a file with settings, such as credentials. Null without such a file. */
  readonly configFile?: string | null;
  /** Environment variables with settings. They replace the settings of the file. */
  readonly env?: NodeJS.ProcessEnv;
  /** Kafka only: number of partitions if qbl creates the topic. Null means the broker's default. */
  readonly partitions?: number | null;
  readonly replication?: number | null;
}

/**
 * Returns the queue behind a URL, without connecting yet. Loads only the adapter of that queue system.
 * @throws QblError 'usage' for an invalid URL or setting
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
      // SQS uses no settings file. Reject --queue-config, but ignore the variable QBL_QUEUE_CONFIG: it may be set for
      // another queue.
      if (configFile !== null && configFile !== env['QBL_QUEUE_CONFIG']) throw noSettings();
      const { SqsQueue } = await import('./sqs/sqs-queue.ts');
      return new SqsQueue(address, env);
    }
  }
}

function noSettings(): QblError {
  return new QblError('usage', 'SQS has no settings file: --queue-config cannot be used with an SQS queue.', {
    hint: 'Remove --queue-config. Provide credentials as for any AWS tool: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  });
}
