import type { IncomingMessage, RequestListener } from 'node:http';
import { closeServers } from '../http/close-servers.ts';
import { foreignRequest, pathOf } from '../http/foreign.ts';
import { listen, urlOf } from '../http/listen.ts';
import { sideServer } from '../http/side-server.ts';
import type { Metrics } from './metrics.ts';

export interface ServiceHttpOptions {
  /** The port. 0 lets the system choose a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** Returns the reason why the service takes no messages now. Null if it takes messages. */
  readonly notReady: () => string | null;
}

export interface ServiceHttp {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics` on the loopback addresses.
 * @throws QblError 'environment' when the port cannot be opened
 */
export async function openServiceHttp(options: ServiceHttpOptions): Promise<ServiceHttp> {
  const servers = await listen(() => sideServer(handler(options)), {
    port: options.port,
    portOption: '--port',
  });
  return {
    url: urlOf(servers[0]),
    close: () => closeServers(servers),
  };
}

function handler(options: ServiceHttpOptions): RequestListener {
  return (request, response) => {
    void answerTo(request, options).then(({ status, body, headers }) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
      response.end(request.method === 'HEAD' ? '' : body);
    });
  };
}

async function answerTo(
  request: IncomingMessage,
  { metrics, notReady }: ServiceHttpOptions,
): Promise<Answer> {
  const foreign = foreignRequest(request);
  if (foreign !== null) return { status: 403, body: foreign };
  const { method } = request;
  const page = PAGES[pathOf(request.url)];
  if (page === undefined) return { status: 404, body: 'Not found. Use /healthz, /readyz or /metrics.' };
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, body: 'Only GET and HEAD are allowed here.', headers: { Allow: 'GET, HEAD' } };
  }
  return page(metrics, notReady());
}

const PAGES: Readonly<
  Record<string, (metrics: Metrics, notReady: string | null) => Answer | Promise<Answer>>
> = {
  '/healthz': () => ({ status: 200, body: 'alive' }),
  '/readyz': (_, notReady) =>
    notReady === null ? { status: 200, body: 'ready' } : { status: 503, body: notReady },
  '/metrics': async (metrics) => ({
    status: 200,
    body: await metrics.text(),
    headers: { 'Content-Type': metrics.contentType },
  }),
};
