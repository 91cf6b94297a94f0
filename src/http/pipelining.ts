import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Maximum number of unanswered requests on one connection. */
const MAX_UNANSWERED = 64;

const unanswered = new WeakMap<Socket, number>();

/**
 * Pauses a connection that has too many unanswered requests. A client may send requests without waiting for responses
 * (RFC 9112, section 9.3.2). Each request takes memory until it is answered. One read can contain several
 * requests, so a connection can exceed the limit by one read.
 */
export function boundPipelining(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1);
  pauseWhenFull(socket);
  // When a body is read, Node resumes the connection. So check again.
  request.once('end', () => pauseWhenFull(socket));
  response.once('close', () => {
    const left = (unanswered.get(socket) ?? 1) - 1;
    unanswered.set(socket, left);
    if (left < MAX_UNANSWERED && socket.isPaused()) socket.resume();
  });
}

function pauseWhenFull(socket: Socket): void {
  if ((unanswered.get(socket) ?? 0) >= MAX_UNANSWERED) socket.pause();
}

/** Memory for the head of a request: its target, and the names and values of its headers. */
export function headBytesOf({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((bytes, text) => bytes + text.length, url.length);
}
