import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { Capacity } from '../../capacity/capacity.ts';
import { closeServers } from '../../http/close-servers.ts';
import { foreignRequest } from '../../http/foreign.ts';
import { makeLast } from '../../http/last-answer.ts';
import { listen, portOf, urlOf } from '../../http/listen.ts';
import { admit } from '../../http/pipelining.ts';
import type { Server } from '../../http/server.ts';
import { aborted } from '../../pause.ts';
import type { DirectCounts } from '../../runs/documents/direct-json.ts';
import { openTimeline } from '../../runs/rows/timeline-csv.ts';
import { BusiestSecond } from '../../size/model/busiest-second.ts';
import { Timeline } from '../service/timeline.ts';
import { systemClock } from '../working/clock.ts';
import { runOutages } from '../working/outages.ts';
import { Workers } from '../working/workers.ts';
import { AcceptQueue, type Served } from './accept-queue.ts';

/** Options of the service. The times of its outages count from the first request. */
export interface DirectOptions extends Capacity {
  readonly port: number;
  readonly maxWaiting: number;
  readonly timeoutMs: number;
  /** File for the timeline. Null if no timeline is written. */
  readonly timelineFile: string | null;
  readonly stop: AbortSignal;
  readonly onReady: (url: string) => void;
}

/** Maximum size of a body. A larger body is cut off. Load tests send smaller bodies. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Serves requests without a queue. Each `POST` waits for a free instance, and is answered after the instance
 * has processed it. The number of waiting requests and their waiting time are limited. During an outage, the
 * service does not listen.
 * @throws QblError 'environment' if the port (also after an outage) or the file cannot be opened, or if the
 *   disk is full
 */
export async function serveDirectly(options: DirectOptions): Promise<DirectCounts> {
  const failing = new AbortController();
  const onFailure = (error: unknown) => failing.abort(error);
  const service = new DirectService({ ...options, onFailure });
  const timeline = options.timelineFile === null ? null : await openTimeline(options.timelineFile);
  const sampling = new Timeline({
    backlog: { read: async () => service.pending },
    clock: systemClock,
    done: () => ({ processed: service.counts.processed, others: 0 }),
    oldestAgeMs: () => 0,
    onRow: (row) => void timeline?.write(row).catch(onFailure),
  });
  try {
    options.onReady(await service.open(options.port));
    await aborted(AbortSignal.any([options.stop, failing.signal]));
  } finally {
    await service.close();
    await sampling.stop();
    await timeline?.close();
  }
  failing.signal.throwIfAborted();
  return service.counts;
}

interface ServiceOptions extends DirectOptions {
  readonly onFailure: (error: unknown) => void;
}

class DirectService {
  readonly #options: ServiceOptions;
  readonly #instances: readonly Workers[];
  readonly #queue: AcceptQueue;
  readonly #busiestOfArrivals = new BusiestSecond();
  readonly #busiestOfStarts = new BusiestSecond();
  readonly #ending = new AbortController();
  #servers: Server[] = [];
  #port = 0;
  #arrived = 0;
  #firstAtMs: number | null = null;
  #lastProcessedAtMs: number | null = null;
  #peakPending = 0;
  readonly #served: Record<Served, number> = {
    processed: 0,
    failed: 0,
    refused: 0,
    'timed-out': 0,
    interrupted: 0,
  };
  #outages: Promise<void> | null = null;

  constructor(options: ServiceOptions) {
    this.#options = options;
    const { instances, concurrency, ratePerSecond, work, failShare } = options;
    const clock = systemClock;
    const onStart = (atMs: number) => this.#busiestOfStarts.add(atMs);
    const one = () => new Workers({ ratePerSecond, concurrency, work, failShare, clock, onStart });
    this.#instances = Array.from({ length: instances }, one);
    this.#queue = new AcceptQueue({ ...options, instances: this.#instances, clock });
  }

  get pending(): number {
    return this.#queue.pending;
  }

  get counts(): DirectCounts {
    const { processed, failed, refused, interrupted } = this.#served;
    return {
      arrived: this.#arrived,
      processed,
      failed,
      refused,
      timedOut: this.#served['timed-out'],
      interrupted,
      peakPending: this.#peakPending,
      busiestSecond: this.#busiestOfArrivals.count,
      busiestSecondOfWork: this.#busiestOfStarts.count,
      firstAtMs: this.#firstAtMs,
      lastProcessedAtMs: this.#lastProcessedAtMs,
    };
  }

  async open(port: number): Promise<string> {
    const servers = await listen(() => this.#server(), { port, portOption: '--port' });
    this.#servers = servers;
    this.#port = portOf(servers[0]);
    return urlOf(servers[0]);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#outages;
    await closeServers(this.#servers.splice(0));
  }

  #server(): Server {
    return createServer((request, response) => {
      request.on('error', () => {});
      if (!admit(request, response)) return;
      const foreign = foreignRequest(request);
      if (foreign !== null) return refuse(request, response, foreign);
      this.#arrive();
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) request.destroy();
      });
      request.on('end', () => void this.#answer(request, response));
    });
  }

  #arrive(): void {
    const nowMs = systemClock.now();
    this.#arrived++;
    this.#busiestOfArrivals.add(nowMs);
    if (this.#firstAtMs !== null) return;
    this.#firstAtMs = nowMs;
    this.#outages = runOutages(nowMs, {
      outages: this.#options.outages,
      clock: systemClock,
      signal: this.#ending.signal,
      leave: () => this.#leave(),
      comeBack: () => this.#comeBack(),
    }).catch(this.#options.onFailure);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const serving = this.#queue.serve();
    this.#peakPending = Math.max(this.#peakPending, this.pending);
    const served = await serving;
    this.#served[served]++;
    if (served === 'processed') this.#lastProcessedAtMs = systemClock.now();
    const { status, body } = ANSWERS[served];
    if (request.socket.destroyed) return;
    response.writeHead(status, headOf(body));
    response.end(body);
  }

  async #leave(): Promise<void> {
    for (const workers of this.#instances) workers.leave();
    await this.#cutServers();
  }

  async #comeBack(): Promise<void> {
    for (const workers of this.#instances) workers.comeBack();
    await this.open(this.#port);
  }

  /** Closes the servers and all their connections at once, as a crash would. Open requests get no answer. */
  async #cutServers(): Promise<void> {
    const servers = this.#servers.splice(0);
    await Promise.all(
      servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
  }
}

/**
 * The headers of an answer. Without Content-Length, an HTTP/1.0 client would need a new connection for each request.
 */
function headOf(body: string): OutgoingHttpHeaders {
  return { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
}

function refuse(request: IncomingMessage, response: ServerResponse, text: string): void {
  makeLast(request, response);
  response.writeHead(403, headOf(text));
  response.end(text);
  request.resume();
}

const ANSWERS: Readonly<Record<Served, { readonly status: number; readonly body: string }>> = {
  processed: { status: 200, body: 'processed' },
  failed: { status: 500, body: 'the work failed' },
  refused: { status: 503, body: 'too many requests wait' },
  'timed-out': { status: 503, body: 'the work did not start in time' },
  interrupted: { status: 503, body: 'the service stopped before the work was done' },
};
