import type { Envelope } from 'rabbitmq-client';
import type { MessageHeader } from '../../message.ts';
import { headersBytes } from '../../message-bytes.ts';
import type { Refusal } from '../../queue.ts';

export type MessageProperties = Pick<Envelope, 'messageId' | 'correlationId' | 'headers'>;

export interface RefusedHeaders {
  readonly kind: 'refused';
  readonly reason: Refusal;
  readonly detail: string;
}

/**
 * Maximum size of all headers. All properties of a message must fit in one frame (AMQP 0-9-1, 2.3.5.2), and
 * rabbitmq-client's frames have 8 KiB. The remaining 1 KiB is for qbl's own properties, and for the lengths
 * of fields.
 */
const MAX_HEADERS_BYTES = 7 * 1024;
/**
 * Maximum length of names, and of the properties that are short strings (AMQP 0-9-1, 4.2.5.3).
 * rabbitmq-client would cut longer texts.
 */
const MAX_SHORT_BYTES = 255;
/**
 * Names of headers that RabbitMQ reads as lists of further routing keys. RabbitMQ closes the channel if their values
 * are anything else.
 */
const ROUTING_HEADERS: readonly string[] = ['CC', 'BCC'];

/** Names of headers that become AMQP properties. */
const PROPERTIES: readonly string[] = ['message-id', 'correlation-id'];

/**
 * Converts headers to AMQP. The headers in `PROPERTIES` become properties, and all other headers become
 * entries of the headers table.
 */
export function propertiesOf(headers: readonly MessageHeader[]): MessageProperties | RefusedHeaders {
  const bytes = headersBytes(headers);
  if (bytes > MAX_HEADERS_BYTES) {
    return refused('too-large', `the headers have ${bytes} bytes, more than ${MAX_HEADERS_BYTES}`);
  }
  const table = new Map<string, string>();
  for (const { name, value } of headers) {
    const problem = table.has(name) ? 'appears twice, but AMQP allows it once' : problemOf(name, value);
    if (problem !== null) return refused('invalid', `the header '${name}' ${problem}`);
    table.set(name, value);
  }
  return toProperties(table);
}

function problemOf(name: string, value: string): string | null {
  if (ROUTING_HEADERS.includes(name)) return 'would change the routing in RabbitMQ';
  if (name === '' || Buffer.byteLength(name) > MAX_SHORT_BYTES)
    return `must have a name of 1 to ${MAX_SHORT_BYTES} bytes`;
  if (PROPERTIES.includes(name) && Buffer.byteLength(value) > MAX_SHORT_BYTES)
    return `has more than ${MAX_SHORT_BYTES} bytes`;
  return null;
}

function toProperties(table: ReadonlyMap<string, string>): MessageProperties {
  const [messageId, correlationId] = [table.get('message-id'), table.get('correlation-id')];
  const others = [...table].filter(([name]) => !PROPERTIES.includes(name));
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(others.length === 0 ? {} : { headers: Object.fromEntries(others) }),
  };
}

function refused(reason: Refusal, detail: string): RefusedHeaders {
  return { kind: 'refused', reason, detail };
}
