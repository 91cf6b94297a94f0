import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { foreignRequest, isLoopbackHost, pathOf } from '../../http/foreign.ts';
import type { Server } from '../../http/listen.ts';
import { boundPipelining } from '../../http/pipelining.ts';
import type { SendAnswer } from '../ingest/answer.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { answerClientErrors } from './client-errors.ts';
import { tokenChecker } from './token.ts';

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
}

/**
 * Time after which the server closes an idle connection. It is longer than clients keep one, so serve does not close a
 * connection while a request is arriving.
 */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const TIMEOUT_CHECK_INTERVAL_MS = 500;
/** Paths that need no token, so that health checks work without it. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz'];

/**
 * Creates the server. It refuses requests without permission, passes `POST /send` to `ingest`, and all others to
 * `app`.
 */
export function openServer(ingest: Ingest, app: RequestListener, options: HttpServerOptions): Server {
  const { certificate, requestTimeoutMs } = options;
  const refusalOf = gatekeeper(options);
  const handle = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    boundPipelining(request, response);
    const refusal = refusalOf(request);
    if (refusal !== null) ingest.refuse(request, response, refusal);
    else if (request.method === 'POST' && isSendPath(request.url)) {
      ingest.handle(request, response, expectsContinue);
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
      : createTlsServer({ ...timeouts, ...certificate }, listener);
  server.on('checkContinue', (request, response) => handle(request, response, true));
  return answerClientErrors(server);
}

function gatekeeper({ host, token }: HttpServerOptions): (request: IncomingMessage) => SendAnswer | null {
  const isLoopback = isLoopbackHost(host);
  const checkToken = tokenChecker(token ?? null);
  return (request) => {
    const foreign = isLoopback ? foreignRequest(request) : null;
    if (foreign !== null) return { status: 403, body: foreign };
    if (token === undefined || OPEN_PATHS.includes(pathOf(request.url))) return null;
    return checkToken(request.headers);
  };
}

/** Whether the target of a request means /send. It can also be a whole URL, or end with a slash. */
function isSendPath(url: string | undefined): boolean {
  if (url === '/send') return true;
  const path = pathOf(url);
  return path === '/send' || path === '/send/';
}
