import { type AmqpAddress, formatAmqpUrl, parseAmqpUrl } from './amqp-url.ts';
import { formatKafkaUrl, KAFKA_FORM, type KafkaAddress, parseKafkaUrl } from './kafka-url.ts';
import { formatSqsUrl, parseSqsUrl, type SqsAddress } from './sqs-url.ts';
import { type UrlParts, wrongUrl } from './url-parts.ts';

/** Where a queue is, as its URL says. One member a system. */
export type QueueAddress = KafkaAddress | AmqpAddress | SqsAddress;

export const DEFAULT_QUEUE_URL = 'kafka://localhost:9092/stress-topic';

/**
 * Reads a queue's URL.
 * @throws QblError 'usage', which names what is wrong and never repeats a secret
 */
export function parseQueueUrl(url: string): QueueAddress {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?(.*)$/i.exec(url);
  if (match === null) {
    throw wrongUrl(
      'The queue is not a URL.',
      `Write it as ${KAFKA_FORM.form}, for example ${DEFAULT_QUEUE_URL}.`,
    );
  }
  const [, scheme = '', authority = '', path = '', rest = ''] = match;
  const parse = PARSERS.get(scheme.toLowerCase());
  if (parse === undefined) throw unknownScheme(scheme);
  // Anywhere: a password with a slash in it would look like a port or a topic.
  if (url.includes('@')) {
    throw wrongUrl(
      'The queue URL holds credentials, which would show in the list of processes.',
      'Leave user and password out of the URL, and put them into a file for --queue-config or into the environment.',
    );
  }
  return parse({ authority, path, rest });
}

/** The URL in its full form, with every default that names a place filled in. */
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
