import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import type { ConnectionState } from '../../queue/queue.ts';
import { INTERNAL_ERROR, type SendAnswer } from '../ingest/answer.ts';
import type { ServeMetrics } from '../metrics.ts';
import { writeHead } from './write-head.ts';

export interface AppOptions {
  readonly metrics: ServeMetrics;
  readonly connection: () => ConnectionState;
  readonly onBug: (error: unknown) => void;
}

const INCOMPLETE_METRICS: SendAnswer = {
  status: 503,
  body: 'The metrics are not complete: one of the processes of qbl serve does not answer.',
};

/** Answers everything except `POST /send`: health, metrics and unknown paths. */
export function createApp({ metrics, connection, onBug }: AppOptions): Express {
  const app = express().disable('x-powered-by').disable('etag').enable('case sensitive routing');
  const answer = (response: Response, what: SendAnswer) => {
    metrics.countRequest(what.status);
    writeHead(response, what);
    response.end(what.body);
  };
  const allowOnly = (methods: string) => (_request: unknown, response: Response) =>
    answer(response, {
      status: 405,
      headers: { Allow: methods },
      body: `Only ${methods} is allowed here.`,
    });

  app.all(['/send', '/send/'], allowOnly('POST'));
  app
    .route('/healthz')
    .get((_request, response) => answer(response, { status: 200, body: 'alive' }))
    .all(allowOnly('GET, HEAD'));
  app
    .route('/readyz')
    .get((_request, response) => answer(response, readiness(connection())))
    .all(allowOnly('GET, HEAD'));
  app
    .route('/metrics')
    .get(async (_request, response) => {
      const body = await metrics.text();
      const headers = { 'Content-Type': metrics.contentType };
      answer(response, body === null ? INCOMPLETE_METRICS : { status: 200, headers, body });
    })
    .all(allowOnly('GET, HEAD'));
  app.use((_request, response) =>
    answer(response, { status: 404, body: 'Not found. Send messages with POST /send.' }),
  );
  const handleError: ErrorRequestHandler = (error, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    onBug(error);
    answer(response, INTERNAL_ERROR);
  };
  return app.use(handleError);
}

function readiness(state: ConnectionState): SendAnswer {
  if (state.kind === 'connected') return { status: 200, body: 'ready' };
  return { status: 503, body: `waiting for the queue: ${state.reason}` };
}
