import {
  formatHosts,
  type HostAddress,
  parseHosts,
  type UrlForm,
  type UrlParts,
  wrongUrl,
} from './url-parts.ts';

export interface KafkaAddress {
  readonly system: 'kafka';
  readonly brokers: readonly HostAddress[];
  readonly topic: string;
}

export const KAFKA_FORM: UrlForm = {
  form: 'kafka://host:port[,host:port…]/topic',
  listener: 'broker',
  defaultPort: 9092,
};
const DEFAULT_TOPIC = 'stress-topic';

/**
 * Parses a URL of the form kafka://.
 * @throws QblError 'usage' for an invalid URL
 */
export function parseKafkaUrl({ authority, path, rest }: UrlParts): KafkaAddress {
  if (rest !== '') {
    throw wrongUrl('The queue URL has text after the topic.', `Expected ${KAFKA_FORM.form}.`);
  }
  return { system: 'kafka', brokers: parseHosts(authority, KAFKA_FORM), topic: parseTopic(path) };
}

export function formatKafkaUrl({ brokers, topic }: KafkaAddress): string {
  return `kafka://${formatHosts(brokers)}/${topic}`;
}

/** Checks a topic name by Kafka's rule (clients/src/main/java/org/apache/kafka/common/internals/Topic.java). */
function parseTopic(path: string): string {
  if (path === '') return DEFAULT_TOPIC;
  if (/^[A-Za-z0-9._-]{1,249}$/.test(path) && path !== '.' && path !== '..') return path;
  throw wrongUrl(
    `'${path}' is not a topic name.`,
    'A topic name has 1 to 249 letters, digits, dots, underscores or hyphens, and is neither "." nor "..".',
  );
}
