import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { foreignRequest, isLoopbackHost, pathOf } from '../../http/foreign.ts';
import type { Server } from '../../http/listen.ts';
import { boundPipelining } from '../../http/pipelining.ts';
import type { SendAnswer } from '../ingest/answer.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { answerClientErrors } from './client-errors.ts';
import { tokenChecker } from './token.ts';

/** Of a TLS server, in PEM. */
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

/** Longer than clients keep an idle connection, so that it is not closed under a request on its way. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const TIMEOUT_CHECK_INTERVAL_MS = 500;
/** Probes have no token. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz'];

/** A server that gives messages to `ingest` and all else to `app`, after it has refused who may not ask. */
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

/** The usual form first; the target may be a whole URL, or end with a slash. */
function isSendPath(url: string | undefined): boolean {
  if (url === '/send') return true;
  const path = pathOf(url);
  return path === '/send' || path === '/send/';
}
