import { isIPv6 } from 'node:net';
import { QblError } from '../error.ts';

/** Where a queue is, as its URL says. One member a system. */
export type QueueAddress = KafkaAddress;

export interface KafkaAddress {
  readonly system: 'kafka';
  readonly brokers: readonly BrokerAddress[];
  readonly topic: string;
}

export interface BrokerAddress {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_QUEUE_URL = 'kafka://localhost:9092/stress-topic';
const DEFAULT_KAFKA_PORT = 9092;
const DEFAULT_TOPIC = 'stress-topic';
const KAFKA_FORM = 'kafka://host:port[,host:port…]/topic';

/**
 * Reads a queue's URL.
 * @throws QblError 'usage', which names what is wrong and never repeats a secret
 */
export function parseQueueUrl(url: string): QueueAddress {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?(.*)$/i.exec(url);
  if (match === null) {
    throw wrong('The queue is not a URL.', `Write it as ${KAFKA_FORM}, for example ${DEFAULT_QUEUE_URL}.`);
  }
  const [, scheme = '', authority = '', path = '', rest = ''] = match;
  if (scheme.toLowerCase() !== 'kafka') throw unknownScheme(scheme);
  // Anywhere: a password with a slash in it would look like a port or a topic.
  if (url.includes('@')) {
    throw wrong(
      'The queue URL holds credentials, which are not supported yet.',
      'Use a listener without authentication, and leave user and password out of the URL.',
    );
  }
  if (rest !== '') throw wrong('The queue URL goes on after the topic, which means nothing here.');
  return { system: 'kafka', brokers: authority.split(',').map(parseBroker), topic: parseTopic(path) };
}

/** The URL in its full form, with every default filled in. */
export function formatQueueUrl({ brokers, topic }: QueueAddress): string {
  return `kafka://${brokers.map(formatBroker).join(',')}/${topic}`;
}

function formatBroker({ host, port }: BrokerAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseBroker(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text);
  if (match === null) {
    throw wrong(
      `'${text}' is not a broker.`,
      'Write host:port, and an IPv6 address in brackets: [::1]:9092.',
    );
  }
  const [, bracketed, name, port] = match;
  return {
    host: bracketed === undefined ? parseName(name ?? '') : parseIPv6(bracketed),
    port: parsePort(port),
  };
}

function parseName(name: string): string {
  if (/^[A-Za-z0-9._-]+$/.test(name)) return name;
  throw wrong(
    name === '' ? 'A broker in the queue URL has no host.' : `'${name}' is not a host name.`,
    `Expected ${KAFKA_FORM}.`,
  );
}

function parseIPv6(address: string): string {
  if (isIPv6(address)) return address;
  throw wrong(`'[${address}]' is not an IPv6 address.`, 'An example: [::1]:9092.');
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_KAFKA_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw wrong(`'${text}' is not a port.`, 'A port is a number from 1 to 65535.');
}

/** Kafka's rule: clients/src/main/java/org/apache/kafka/common/internals/Topic.java. */
function parseTopic(path: string): string {
  if (path === '') return DEFAULT_TOPIC;
  if (/^[A-Za-z0-9._-]{1,249}$/.test(path) && path !== '.' && path !== '..') return path;
  throw wrong(
    `'${path}' is not a topic name.`,
    'A topic has 1 to 249 letters, digits, dots, underscores or hyphens, and is not . or .. alone.',
  );
}

function unknownScheme(scheme: string): QblError {
  return wrong(`Queues of the kind '${scheme}://' are not known.`, `What works is ${KAFKA_FORM}.`);
}

function wrong(message: string, hint: string = `Expected ${KAFKA_FORM}.`): QblError {
  return new QblError('usage', message, { hint });
}
