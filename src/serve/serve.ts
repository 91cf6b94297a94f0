import { closeServers, type UnparsedConnections } from '../http/close-servers.ts';
import { listen, portOf, urlOf } from '../http/listen.ts';
import type { Server } from '../http/server.ts';
import type { ConnectionState, Queue, Sender } from '../queue/queue.ts';
import { SERVE_DEFAULTS } from './defaults.ts';
import { createApp } from './http/app.ts';
import { type Certificate, openServer } from './http/http-server.ts';
import { Batcher } from './ingest/batcher.ts';
import { Budget } from './ingest/budget.ts';
import { Ingest } from './ingest/ingest.ts';
import { keyReader } from './ingest/key.ts';
import { headersReader } from './ingest/passed-headers.ts';
import { ServeMetrics } from './metrics.ts';

export interface ServeOptions {
  /** The queue to which messages are sent. serve closes the queue when serve ends. */
  readonly queue: Queue;
  /** Address to listen on. If absent, serve listens on both loopback addresses. */
  readonly host?: string;
  readonly port?: number;
  /** Certificate for HTTPS. If absent, the server uses HTTP without TLS. */
  readonly certificate?: Certificate | undefined;
  /** The token that requests must send. If absent, no token is needed. */
  readonly token?: string | undefined;
  /** Maximum time from the arrival of a message to its answer. */
  readonly timeoutMs?: number;
  /** Maximum time from the first byte of a request to its last. */
  readonly requestTimeoutMs?: number;
  /** Maximum size of a body. If the queue's own limit is lower, that limit applies. */
  readonly maxBodyBytes?: number;
  readonly maxPendingMessages?: number;
  readonly maxPendingBytes?: number;
  /** Where a message has its key: a path, or `thread`. Null if messages have no key. */
  readonly keyFrom?: string | null;
  /**
   * Whether plain requests (a `POST /send` that needs no full HTTP parser) are read without Node's HTTP server, which
   * is faster. True if absent.
   */
  readonly readPlainRequests?: boolean;
  /** Names of the request headers that become headers of the message. If absent, no request header does. */
  readonly passHeaders?: readonly string[];
  readonly log: (line: string) => void;
}

export interface RunningServe {
  readonly urls: readonly string[];
  readonly port: number;
  /** Accepts no more messages, answers those that were accepted, and closes the queue. */
  close(): Promise<void>;
}

/**
 * Starts the server for `POST /send`. It answers requests even before the queue is connected.
 * @throws QblError 'environment' if the port is not available
 */
export async function startServe(options: ServeOptions): Promise<RunningServe> {
  const { queue, keyFrom = null, log } = options;
  const settings = { ...SERVE_DEFAULTS, ...options };
  let connection: ConnectionState = { kind: 'waiting', reason: 'not connected yet' };
  const onConnection = (state: ConnectionState) => {
    connection = state;
    log(describeConnection(queue.url, state));
  };
  const sender = await queue.openSender({ keyed: keyFrom !== null, onConnection });
  const budget = new Budget(settings.maxPendingMessages, settings.maxPendingBytes);
  const metrics = new ServeMetrics(budget);
  const onBug = (error: unknown) => log(`bug: ${error instanceof Error ? error.stack : String(error)}`);
  const batcher = new Batcher({
    sender,
    budget,
    timeoutMs: settings.timeoutMs,
    onBatch: (messages) => metrics.countBatch(messages),
    onBug,
  });
  const ingest = new Ingest({
    ...{ batcher, budget, metrics, onBug },
    keyOf: keyReader(keyFrom),
    headersOf: headersReader(options.passHeaders ?? []),
    maxBodyBytes: (headersBytes) =>
      Math.max(0, Math.min(settings.maxBodyBytes, sender.maxMessageBytes - headersBytes)),
  });
  const app = createApp({ metrics, connection: () => connection, onBug });
  const plainWays: UnparsedConnections[] = [];
  const createHttpServer = () => {
    const { server, plainWay } = openServer(ingest, app, settings);
    if (plainWay !== null) plainWays.push(plainWay);
    return server;
  };
  const servers = await listenOrClose(createHttpServer, settings, sender, queue);
  return {
    urls: servers.map(urlOf),
    port: portOf(servers[0]),
    close: () => closeServe({ servers, plainWays }, batcher, sender, queue),
  };
}

async function listenOrClose(
  createHttpServer: () => Server,
  { host, port }: { host?: string; port: number },
  sender: Sender,
  queue: Queue,
): Promise<[Server, ...Server[]]> {
  try {
    return await listen(createHttpServer, { host, port, portOption: '--port' });
  } catch (error) {
    await sender.close();
    await queue.close();
    throw error;
  }
}

interface Doors {
  readonly servers: readonly Server[];
  readonly plainWays: readonly UnparsedConnections[];
}

async function closeServe(
  { servers, plainWays }: Doors,
  batcher: Batcher,
  sender: Sender,
  queue: Queue,
): Promise<void> {
  await closeServers(servers, batcher.close(), plainWays);
  await sender.close();
  await queue.close();
}

function describeConnection(url: string, state: ConnectionState): string {
  if (state.kind === 'connected') return `connected to ${url}`;
  const waiting = `waiting for ${url} (${state.reason})`;
  return state.hint === undefined ? waiting : `${waiting}. ${state.hint}`;
}
