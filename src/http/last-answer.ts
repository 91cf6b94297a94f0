import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * How long qbl goes on reading after the last answer of a connection. What the client sends in this time is thrown
 * away.
 */
export const LINGER_MS = 1_000;

const lastAnswers = new WeakMap<Duplex, ServerResponse>();

/**
 * Makes this response the last answer on its connection, with the header `Connection: close`. Call this function
 * before the head of the response is written. If the connection already has a last answer, nothing changes.
 */
export function makeLast({ socket }: IncomingMessage, response: ServerResponse): void {
  if (lastAnswers.has(socket)) return;
  lastAnswers.set(socket, response);
  response.shouldKeepAlive = false;
  socket.destroySoon = () => linger(socket);
}

/**
 * Ends a connection after its last answer. Node itself would close it at once. With unread bytes, the system would then
 * reset the connection, and the client could lose answers (RFC 9112, section 9.6).
 */
function linger(socket: Socket): void {
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.end();
  socket.resume();
}

export function hasLastAnswer(socket: Duplex): boolean {
  return lastAnswers.has(socket);
}

/**
 * Returns true if the request came after the request with the last answer. A server must not handle such a request
 * (RFC 9112, section 9.6).
 */
export function followsLast({ socket }: IncomingMessage, response: ServerResponse): boolean {
  const last = lastAnswers.get(socket);
  return last !== undefined && last !== response;
}
