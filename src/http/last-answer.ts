import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const lastAnswers = new WeakMap<Duplex, ServerResponse>();

/**
 * Makes this the last answer on its connection: it says `Connection: close`. Call it before the head is written. If the
 * connection already has a last answer, that one stays the last.
 */
export function makeLast({ socket }: IncomingMessage, response: ServerResponse): void {
  if (lastAnswers.has(socket)) return;
  lastAnswers.set(socket, response);
  response.shouldKeepAlive = false;
}

/** Whether a request came after the one with the last answer. A server must not handle it (RFC 9112, section 9.6). */
export function followsLast({ socket }: IncomingMessage, response: ServerResponse): boolean {
  const last = lastAnswers.get(socket);
  return last !== undefined && last !== response;
}
