import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { UnparsedConnections } from '../../http/close-servers.ts';
import { pathOf } from '../../http/foreign.ts';
import { admit } from '../../http/pipelining.ts';
import type { Server } from '../../http/server.ts';
import { gatekeeper } from '../access/gatekeeper.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { PlainReader } from '../plain/plain-reader.ts';
import { putPlainWayBefore } from '../plain/plain-way.ts';
import { answerClientErrors, refuseConnection } from './client-errors.ts';
import { Receiver } from './receiver.ts';

/** Certificate and key of a TLS server, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface HttpServerOptions {
  readonly host?: string;
  readonly certificate?: Certificate | undefined;
  readonly token?: string | undefined;
  readonly requestTimeoutMs: number;
  /**
   * Whether qbl reads plain requests without Node's HTTP server. A plain request is a `POST /send` that needs no full
   * HTTP parser. Requests over TLS always go through Node's server.
   */
  readonly readPlainRequests?: boolean;
}

export interface HttpServer {
  readonly server: Server;
  /** Reads plain requests. Null if Node's HTTP server reads all requests. */
  readonly plainWay: UnparsedConnections | null;
}

/**
 * After this time the server closes an idle connection. Clients close idle connections earlier, so serve
 * never closes a connection while a request arrives.
 */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const TIMEOUT_CHECK_INTERVAL_MS = 500;

/**
 * Creates the HTTP server. The server refuses requests without permission, passes `POST /send` to `ingest`,
 * and passes all other requests to `app`.
 */
export function openServer(ingest: Ingest, app: RequestListener, options: HttpServerOptions): HttpServer {
  const { certificate, requestTimeoutMs, readPlainRequests = true } = options;
  const refusalOf = gatekeeper(options.host, options.token);
  const receiver = new Receiver(ingest);
  const handle = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    if (!admit(request, response)) return;
    const refusal = refusalOf(request);
    if (refusal !== null) receiver.refuse(request, response, refusal);
    else if (request.method === 'POST' && isSendPath(request.url)) {
      receiver.handle(request, response, expectsContinue);
    } else app(request, response);
  };
  const timeouts = {
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
  };
  const listener: RequestListener = (request, response) => handle(request, response, false);
  const server =
    certificate === undefined
      ? createServer(timeouts, listener)
      : createTlsServer({ ...timeouts, ...certificate, handshakeTimeout: requestTimeoutMs }, listener);
  server.on('checkContinue', (request, response) => handle(request, response, true));
  answerClientErrors(server);
  // With `httpAllowHalfOpen` and `allowHalfOpen`, a client that ended its side after its last request still gets the
  // answers (RFC 9112, section 9.6). Sockets without TLS always have `allowHalfOpen`. Sockets with TLS get it only after
  // the handshake, so that a client that ends before, such as a health check of the port, is disconnected at once.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('secureConnection', (socket) => Object.assign(socket, { allowHalfOpen: true }));
  const isPlain = readPlainRequests && certificate === undefined;
  const reader = new PlainReader(ingest, refusalOf);
  const plain = {
    ...{ ingest, reader, refuse: refuseConnection },
    keepAliveMs: KEEP_ALIVE_TIMEOUT_MS,
    firstRequestMs: requestTimeoutMs,
  };
  return { server, plainWay: isPlain ? putPlainWayBefore(server, plain) : null };
}

/**
 * Returns true if the target of a request is the path /send. The target can also be a whole URL, or end with
 * a slash.
 */
function isSendPath(url: string | undefined): boolean {
  if (url === '/send') return true;
  const path = pathOf(url);
  return path === '/send' || path === '/send/';
}
