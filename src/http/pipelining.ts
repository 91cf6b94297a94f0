import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Requests of one connection that may wait for their answers. */
const MAX_UNANSWERED = 64;

const unanswered = new WeakMap<Duplex, number>();
const newest = new WeakMap<
  Duplex,
  { readonly request: IncomingMessage; readonly response: ServerResponse }
>();

/**
 * Reads no more of a connection while too many of its requests wait for their answers. A client may send without end
 * and wait for nothing (RFC 9112, 9.3.2), and each request is kept in memory until its turn comes. What was read at
 * once is parsed at once, so that the bound is passed by the requests of one read at most.
 */
export function boundPipelining(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1);
  newest.set(socket, { request, response });
  pauseWhenFull(socket);
  // Reading a body makes Node read the connection again.
  request.once('end', () => pauseWhenFull(socket));
  response.once('close', () => {
    const left = (unanswered.get(socket) ?? 1) - 1;
    unanswered.set(socket, left);
    if (left < MAX_UNANSWERED && socket.isPaused()) socket.resume();
  });
}

/**
 * Whether the next bytes to a client belong to a request that was read to its end, or to an answer that has begun. A
 * request that is still being read is always the newest one.
 */
export function awaitsAnswer(socket: Duplex): boolean {
  const last = newest.get(socket);
  const isBeingRead = last !== undefined && !last.request.complete && !last.response.headersSent;
  return (unanswered.get(socket) ?? 0) > (isBeingRead ? 1 : 0);
}

function pauseWhenFull(socket: Socket): void {
  if ((unanswered.get(socket) ?? 0) >= MAX_UNANSWERED) socket.pause();
}

/** What a request's head holds in memory: its target, and the names and values of its headers. */
export function headBytesOf({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((bytes, text) => bytes + text.length, url.length);
}
