import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, portOf, urlOf } from '../../http/listen.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { pageAssets } from '../html/assets.ts';
import { collectReport } from '../html/collect.ts';
import { type PageAssets, reportDocument } from '../html/document.ts';
import { escapedJson } from '../html/embed.ts';
import type { ReportData } from '../html/report-data.ts';
import { hostsOf } from './hosts.ts';

/** The report of a run that goes on, served to browsers of this machine. */
export interface LivePage {
  readonly url: string;
  /** Sends the last state, and ends. */
  close(): Promise<void>;
}

const EVENTS = '/events';
/** Between two looks at the run's files; longer where a look takes long. */
const LOOK_EVERY_MS = 1_000;
/** A look may take this share of the time, so that it does not disturb what is measured. */
const LOOK_SHARE = 0.1;
/** Browsers that follow at once. */
const MAX_FOLLOWERS = 20;

/**
 * Serves the page and keeps it up to date by server-sent events.
 * @param port 0 for a free one
 * @throws QblError 'environment' when the port cannot be had
 */
export async function openLivePage(folder: RunFolder, port: number): Promise<LivePage> {
  const page = new Page(folder, await pageAssets());
  const servers = await listen(
    () => createServer((request, response) => page.answer(request, response)),
    undefined,
    port,
  );
  const [first] = servers;
  if (first === undefined) throw new Error('nothing listens');
  page.acceptHostsOf(portOf(first));
  const looking = page.keepLooking();
  return {
    url: `${urlOf(first)}/`,
    close: async () => {
      page.stop();
      await looking;
      await Promise.all(servers.map(closed));
    },
  };
}

class Page {
  readonly #folder: RunFolder;
  readonly #assets: PageAssets;
  readonly #followers = new Set<ServerResponse>();
  readonly #ending = new AbortController();
  #hosts: ReadonlySet<string> = new Set();
  /** Null: the sender has not begun. */
  #data: ReportData | null = null;

  constructor(folder: RunFolder, assets: PageAssets) {
    this.#folder = folder;
    this.#assets = assets;
  }

  acceptHostsOf(port: number): void {
    this.#hosts = hostsOf(port);
  }

  /** Another Host is a page from elsewhere that had its name resolved to this machine (DNS rebinding). */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0];
    if (!this.#hosts.has(request.headers.host ?? '')) refuse(response, 403, 'This host is not served.');
    else if (request.method !== 'GET') refuse(response, 405, 'Only GET is allowed here.');
    else if (path === '/') this.#sendPage(response);
    else if (path === EVENTS) this.#follow(response);
    else refuse(response, 404, 'Not found. The page is at /.');
  }

  async keepLooking(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const tookMs = await this.#look();
      await sleep(Math.max(LOOK_EVERY_MS, tookMs / LOOK_SHARE), undefined, { signal }).catch(() => {});
    }
    await this.#look();
    for (const follower of this.#followers) follower.end('event: end\ndata:\n\n');
  }

  stop(): void {
    this.#ending.abort();
  }

  async #look(): Promise<number> {
    const startedMs = performance.now();
    // Files that are being written may be unreadable for a moment: the next look sees more.
    const data = await collectReport(this.#folder).catch(() => null);
    if (data !== null) {
      this.#data = data;
      for (const follower of this.#followers) send(follower, data);
    }
    return performance.now() - startedMs;
  }

  #sendPage(response: ServerResponse): void {
    if (this.#data === null) {
      response.setHeader('Refresh', '1');
      refuse(response, 503, 'The run has not begun yet. This page looks again each second.');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' });
    response.end(reportDocument(this.#data, this.#assets, { liveUrl: EVENTS }));
  }

  #follow(response: ServerResponse): void {
    if (this.#followers.size >= MAX_FOLLOWERS) {
      refuse(response, 503, 'Too many browsers follow.');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    this.#followers.add(response);
    response.on('close', () => this.#followers.delete(response));
    if (this.#data !== null) send(response, this.#data);
  }
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** What a browser has not read yet is enough to wait for; newer data come with the next look. */
function send(follower: ServerResponse, data: ReportData): void {
  if (!follower.writableNeedDrain) follower.write(`data: ${escapedJson(data)}\n\n`);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), LAST_DATA_MS).unref();
  });
}

/** How long the last state may take to leave. */
const LAST_DATA_MS = 500;
