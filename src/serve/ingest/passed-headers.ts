import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { MessageHeader } from '../../queue/message.ts';
import { headersBytes } from '../../queue/message-bytes.ts';

/** The headers that a message takes from its request. */
export interface PassedHeaders {
  /** Absent if the message takes no headers, as in the messages of the queue adapters. */
  readonly headers?: readonly MessageHeader[];
  readonly bytes: number;
}

export type HeadersOf = (request: Pick<IncomingMessage, 'rawHeaders'>) => PassedHeaders;

const NONE: PassedHeaders = { bytes: 0 };

/**
 * Returns a function that reads the first value of each named header. The case of letters in the request does
 * not matter. The message's headers get the names as the caller wrote them.
 */
export function headersReader(names: readonly string[]): HeadersOf {
  if (names.length === 0) return () => NONE;
  const wanted = new Map(names.map((name) => [name.toLowerCase(), name]));
  return ({ rawHeaders }) => {
    const found = new Map<string, string>();
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = wanted.get(rawHeaders[i]?.toLowerCase() ?? '');
      if (name !== undefined && !found.has(name)) found.set(name, textOf(rawHeaders[i + 1] ?? ''));
    }
    if (found.size === 0) return NONE;
    const headers = [...found].map(([name, value]) => ({ name, value }));
    return { headers, bytes: headersBytes(headers) };
  };
}

/**
 * Node decodes header values as Latin-1, but most clients send UTF-8 if a value is not ASCII. So decode the
 * bytes again.
 */
function textOf(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
