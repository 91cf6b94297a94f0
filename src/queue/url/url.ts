import { type AmqpAddress, formatAmqpUrl, parseAmqpUrl } from './amqp-url.ts';
import { formatKafkaUrl, KAFKA_FORM, type KafkaAddress, parseKafkaUrl } from './kafka-url.ts';
import { formatSqsUrl, parseSqsUrl, type SqsAddress } from './sqs-url.ts';
import { type UrlParts, wrongUrl } from './url-parts.ts';

/** The parsed URL of a queue: one type for each queue system. */
export type QueueAddress = KafkaAddress | AmqpAddress | SqsAddress;

export const DEFAULT_QUEUE_URL = 'kafka://localhost:9092/stress-topic';

/**
 * Parses a queue URL.
 * @throws QblError 'usage', which names the mistake and never repeats a secret
 */
export function parseQueueUrl(url: string): QueueAddress {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?(.*)$/i.exec(url);
  if (match === null) {
    throw wrongUrl(
      'The queue is not a URL.',
      `Write the URL as ${KAFKA_FORM.form}, for example ${DEFAULT_QUEUE_URL}.`,
    );
  }
  const [, scheme = '', authority = '', path = '', rest = ''] = match;
  const parse = PARSERS.get(scheme.toLowerCase());
  if (parse === undefined) throw unknownScheme(scheme);
  // Searches the whole URL for an @. If a password contains a slash, a part of the password would look like a port or a
  // topic, and an error could show it.
  if (url.includes('@')) {
    throw wrongUrl(
      'The queue URL contains credentials, which the process list would show.',
      'Remove user and password from the URL. Put both into a file for --queue-config, or into environment variables such as QBL_KAFKA_SASL_PASSWORD.',
    );
  }
  return parse({ authority, path, rest });
}

/** Writes the complete URL, including the parts that have their default values. */
export function formatQueueUrl(address: QueueAddress): string {
  switch (address.system) {
    case 'kafka':
      return formatKafkaUrl(address);
    case 'rabbitmq':
      return formatAmqpUrl(address);
    case 'sqs':
      return formatSqsUrl(address);
  }
}

const PARSERS = new Map<string, (parts: UrlParts) => QueueAddress>([
  ['kafka', parseKafkaUrl],
  ['amqp', (parts) => parseAmqpUrl(parts, false)],
  ['amqps', (parts) => parseAmqpUrl(parts, true)],
  ['sqs', parseSqsUrl],
]);

function unknownScheme(scheme: string): Error {
  const known = [...PARSERS.keys()].map((name) => `${name}://`).join(', ');
  return wrongUrl(`unsupported queue URL "${scheme}://…".`, `Supported: ${known}.`);
}
