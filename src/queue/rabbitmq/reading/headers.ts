import type { AsyncMessage } from 'rabbitmq-client';
import type { MessageHeader } from '../../message.ts';

/** Returns the entries of the headers table, and the properties in which clients put an identity. */
export function headersOf({
  headers = {},
  correlationId,
  messageId,
  appId,
  type,
}: Pick<AsyncMessage, 'headers' | 'correlationId' | 'messageId' | 'appId' | 'type'>): MessageHeader[] {
  const properties = {
    'correlation-id': correlationId,
    'message-id': messageId,
    'app-id': appId,
    type,
  };
  return [...Object.entries(headers), ...Object.entries(properties)].flatMap(([name, field]) => {
    const value = textOf(field);
    return value === null ? [] : [{ name, value }];
  });
}

/**
 * Returns the text of a field. Null for arrays, tables and empty fields. Some clients, such as Python's pika,
 * write bytes instead of a text.
 */
function textOf(field: unknown): string | null {
  if (typeof field === 'string') return field;
  if (Buffer.isBuffer(field)) return field.toString('utf8');
  return ['number', 'bigint', 'boolean'].includes(typeof field) ? String(field) : null;
}
