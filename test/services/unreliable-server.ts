import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Identity } from '../../src/message/identity.ts';
import { freePort } from '../support/free-port.ts';
import { readByPeer } from './read-by-peer.ts';

/** The server's response, or an action instead of one. */
type Answer = (response: ServerResponse, socket: Socket) => void;

const DELAY_MS = 60;

const ANSWERS = {
  ok: (response) => response.end('fine'),
  delayed: (response) => setTimeout(() => response.end('fine'), DELAY_MS),
  created: (response) => response.writeHead(201, 'Odd, "phrase"').end('made'),
  noContent: (response) => response.writeHead(204).end(),
  emptyBody: (response) => response.end(),
  noPhrase: (response) => response.writeHead(200, '').end('fine'),
  chunked: (response) => {
    for (const part of ['one', 'two']) response.write(part);
    response.end('three');
  },
  gzip: (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('fine')),
  closesAfterIt: (response) => response.writeHead(200, { Connection: 'close' }).end('fine'),
  untilClose: (_, socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nfine'),
  redirect: (response) => response.writeHead(302, { Location: '/elsewhere' }).end(),
  redirectToNowhere: (response) => response.writeHead(301).end(),
  sameMethodRedirect: (response) => response.writeHead(307).end(),
  notModified: (response) => response.writeHead(304).end(),
  badRequest: (response) => response.writeHead(400).end('wrong'),
  unauthorized: (response) => response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="r"' }).end(),
  tooMany: (response) => response.writeHead(429, { 'Retry-After': '1' }).end(),
  serverError: (response) => response.writeHead(500).end('oops'),
  unavailable: (response) => response.writeHead(503).end(),
  notEnqueued: (response) => response.writeHead(503, 'Not Enqueued').end(),
  reset: (_, socket) => socket.resetAndDestroy(),
  closed: (_, socket) => socket.end(),
  notHttp: (_, socket) => socket.end('hello\r\n\r\n'),
  cutInHeaders: (_, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  cutInBody: (response, socket) => {
    writePart(response.writeHead(200, { 'Content-Length': 100 }), () => socket.end());
  },
  cutInChunks: (response, socket) => {
    writePart(response, () => socket.end());
  },
  resetInBody: (response, socket) => {
    writePart(response.writeHead(200, { 'Content-Length': 100 }), async () => {
      await readByPeer(socket);
      socket.resetAndDestroy();
    });
  },
} satisfies Record<string, Answer>;

export const BEHAVIOURS = Object.keys(ANSWERS) as readonly (keyof typeof ANSWERS)[];

export interface UnreliableServer {
  readonly url: string;
  /** A URL at which no answer ever comes. */
  readonly silentUrl: string;
  /** A URL at which no server listens. */
  readonly refusedUrl: string;
  /** Number of request bytes received, by the message's identity. */
  readonly receivedBytes: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** How the server treats a message. It depends only on the message's identity. */
export function behaviourOf({ thread, loop, request }: Identity): (typeof BEHAVIOURS)[number] {
  return BEHAVIOURS[(thread + loop + request) % BEHAVIOURS.length] ?? 'ok';
}

export function keyOf({ run, group, thread, loop, request }: Identity): string {
  return [run, group, thread, loop, request].join('/');
}

export async function startUnreliableServer(): Promise<UnreliableServer> {
  const receivedBytes = new Map<string, number>();
  const server = createServer(listener(receivedBytes));
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/send`,
    silentUrl: `http://127.0.0.1:${port}/silent`,
    refusedUrl: `http://127.0.0.1:${await freePort()}/send`,
    receivedBytes,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Calls `breakOff` when the operating system has the first part of the answer. */
function writePart(response: ServerResponse, breakOff: () => void): void {
  response.write('fine', breakOff);
}

function listener(receivedBytes: Map<string, number>): RequestListener {
  const readBefore = new WeakMap<Socket, number>();
  return async (request, response) => {
    const { socket } = request;
    response.sendDate = false;
    const { qbl: identity } = JSON.parse(await textOf(request));
    receivedBytes.set(keyOf(identity), socket.bytesRead - (readBefore.get(socket) ?? 0));
    readBefore.set(socket, socket.bytesRead);
    if (request.url !== '/silent') ANSWERS[behaviourOf(identity)](response, socket);
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
