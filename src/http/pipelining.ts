import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { followsLast, makeLast } from './last-answer.ts';

/** Maximum number of unanswered requests on one connection. */
export const MAX_UNANSWERED = 64;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const unanswered = new WeakMap<Duplex, number>();
const newest = new WeakMap<Duplex, Exchange>();

/**
 * Returns true if the server must handle a request. Returns false if the request came after the last answer of its
 * connection. Every server calls this function first for each request.
 */
export function admit(request: IncomingMessage, response: ServerResponse): boolean {
  boundPipelining(request, response);
  if (followsLast(request, response)) {
    request.resume();
    return false;
  }
  if (!repeatsHost(request)) return true;
  refuseHosts(request, response);
  return false;
}

/**
 * Returns true if a request has several Host headers. Node keeps only the first Host header, but another server on
 * the way may have used the second.
 */
function repeatsHost({ rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count > 1;
}

/**
 * Answers a request with several Host headers with status 400 (RFC 9112, section 3.2). Ends the connection after the
 * body of the request was read.
 */
function refuseHosts(request: IncomingMessage, response: ServerResponse): void {
  const text = 'Expected one Host header.';
  makeLast(request, response);
  response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': text.length });
  response.write(text);
  request.once('end', () => response.end()).resume();
}

/**
 * Pauses a connection while it has too many unanswered requests, because each unanswered request takes memory. A
 * client may send requests without waiting for responses (RFC 9112, section 9.3.2). One read of a socket can contain
 * several requests, so a connection can exceed the limit by one read.
 */
function boundPipelining(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  unanswered.set(socket, unansweredOn(socket) + 1);
  newest.set(socket, { request, response });
  pauseWhenFull(socket);
  // Node resumes a connection when it reads a body, so check the limit again after the body.
  request.once('end', () => pauseWhenFull(socket));
  response.once('close', () => {
    const left = (unanswered.get(socket) ?? 1) - 1;
    unanswered.set(socket, left);
    if (left < MAX_UNANSWERED && socket.isPaused()) socket.resume();
  });
}

/**
 * Returns true if the client of this connection waits for an answer. Either a request was read to its end, or an
 * answer has begun but not ended. Only the newest request can be incomplete.
 */
export function awaitsAnswer(socket: Duplex): boolean {
  const last = newest.get(socket);
  const isBeingRead = last !== undefined && !last.request.complete && !last.response.headersSent;
  return unansweredOn(socket) > (isBeingRead ? 1 : 0);
}

/** Returns the newest request of a connection. Null if every request of the connection has its answer. */
export function newestUnanswered(socket: Duplex): Exchange | null {
  return unansweredOn(socket) > 0 ? (newest.get(socket) ?? null) : null;
}

/** Number of requests of a connection that have no answer yet, including the newest one. */
export function unansweredOn(socket: Duplex): number {
  return unanswered.get(socket) ?? 0;
}

function pauseWhenFull(socket: Socket): void {
  if (unansweredOn(socket) >= MAX_UNANSWERED) socket.pause();
}

/** Memory for the head of a request: its target, and names and values of its headers. */
export function headBytesOf({ url = '', rawHeaders }: Pick<IncomingMessage, 'url' | 'rawHeaders'>): number {
  return rawHeaders.reduce((bytes, text) => bytes + text.length, url.length);
}
