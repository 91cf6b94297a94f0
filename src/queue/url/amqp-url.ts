import {
  formatHosts,
  type HostAddress,
  parseHosts,
  type UrlForm,
  type UrlParts,
  wrongUrl,
} from './url-parts.ts';

export interface AmqpAddress {
  readonly system: 'rabbitmq';
  readonly tls: boolean;
  readonly hosts: readonly HostAddress[];
  readonly vhost: string;
  readonly queue: string;
  /** Exchange to which messages are published. A tap binds its own queue to it, too. */
  readonly exchange: string;
  readonly routingKey: string;
  /** Type of the queue if qbl creates it. */
  readonly queueType: QueueType;
}

export type QueueType = 'quorum' | 'classic';

const QUEUE_TYPES: readonly QueueType[] = ['quorum', 'classic'];
const DEFAULT_QUEUE = 'stress-queue';
const DEFAULT_VHOST = '/';
const PARAMETERS = ['exchange', 'routing-key', 'type'];
const AMQP: UrlForm = {
  form: 'amqp://host[:port][,host…]/[vhost/]queue[?exchange=NAME&routing-key=KEY&type=quorum|classic]',
  listener: 'broker',
  defaultPort: 5672,
};
const AMQPS: UrlForm = { ...AMQP, form: AMQP.form.replace('amqp:', 'amqps:'), defaultPort: 5671 };

/** AMQP 0-9-1 sends a name as a short string, which has at most 255 bytes. */
const MAX_NAME_BYTES = 255;

/**
 * Parses a URL of the form amqp:// or amqps://.
 * @throws QblError 'usage' for an invalid URL
 */
export function parseAmqpUrl({ authority, path, rest }: UrlParts, tls: boolean): AmqpAddress {
  const form = tls ? AMQPS : AMQP;
  const segments = path === '' ? [] : path.split('/').map((segment) => parseName(segment, form));
  if (segments.length > 2)
    throw wrongUrl('The queue URL has more path segments than a vhost and a queue.', expected(form));
  const queue = segments.at(-1) ?? DEFAULT_QUEUE;
  if (queue.startsWith('amq.')) {
    throw wrongUrl(
      `'${queue}' is a reserved queue name.`,
      'RabbitMQ reserves queue names that begin with amq. for itself: choose another name.',
    );
  }
  const parameters = parseParameters(rest, form);
  return {
    system: 'rabbitmq',
    tls,
    hosts: parseHosts(authority, form),
    vhost: segments.length === 2 ? (segments[0] ?? DEFAULT_VHOST) : DEFAULT_VHOST,
    queue,
    exchange: parameters.get('exchange') ?? queue,
    routingKey: parameters.get('routing-key') ?? queue,
    queueType: parseQueueType(parameters.get('type')),
  };
}

/** Writes the URL. Leaves out values that equal the defaults. */
export function formatAmqpUrl(address: AmqpAddress): string {
  const { tls, hosts, vhost, queue, exchange, routingKey, queueType } = address;
  const path = [...(vhost === DEFAULT_VHOST ? [] : [vhost]), queue].map(encodeURIComponent).join('/');
  const parameters = [
    ...(exchange === queue ? [] : [`exchange=${encodeURIComponent(exchange)}`]),
    ...(routingKey === queue ? [] : [`routing-key=${encodeURIComponent(routingKey)}`]),
    ...(queueType === 'quorum' ? [] : [`type=${queueType}`]),
  ];
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `${tls ? 'amqps' : 'amqp'}://${formatHosts(hosts)}/${path}${query}`;
}

function parseParameters(rest: string, form: UrlForm): Map<string, string> {
  const parameters = new Map<string, string>();
  if (rest === '') return parameters;
  if (!rest.startsWith('?') || rest.includes('#')) throw unknownParameter(form);
  for (const parameter of rest.slice(1).split('&')) {
    const equals = parameter.indexOf('=');
    const name = parameter.slice(0, equals);
    if (!PARAMETERS.includes(name) || parameters.has(name)) throw unknownParameter(form);
    parameters.set(name, parseName(parameter.slice(equals + 1), form));
  }
  return parameters;
}

function parseName(encoded: string, form: UrlForm): string {
  const name = decoded(encoded);
  if (name === null || name === '' || !/^[^\p{C}]+$/u.test(name)) {
    throw wrongUrl(
      'A name in the queue URL is empty or has characters that RabbitMQ does not allow.',
      expected(form),
    );
  }
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw wrongUrl(`A name in the queue URL has more than ${MAX_NAME_BYTES} bytes.`, expected(form));
  }
  return name;
}

function decoded(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

function parseQueueType(text: string | undefined): QueueType {
  const type = text === undefined ? 'quorum' : QUEUE_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  throw wrongUrl(`'${text}' is not a queue type.`, `Expected ${QUEUE_TYPES.join(' or ')}.`);
}

function unknownParameter(form: UrlForm): Error {
  return wrongUrl('The queue URL has an unknown parameter.', expected(form));
}

function expected({ form }: UrlForm): string {
  return `Expected ${form}.`;
}
