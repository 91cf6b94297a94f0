import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen, portOf, urlOf } from '../../http/listen.ts';
import { aborted, pause } from '../../pause.ts';
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
/** How long a browser may take to read its last answer. One that is gone without a word reads nothing. */
const LAST_ANSWERS_MS = 10_000;

/**
 * Serves the page and keeps it up to date by server-sent events.
 * @param port 0 for a free one
 * @throws QblError 'environment' when the port cannot be had
 */
export async function openLivePage(folder: RunFolder, port: number): Promise<LivePage> {
  const page = new Page(folder, await pageAssets());
  const servers = await listen(() => createServer((request, response) => page.answer(request, response)), {
    port,
    portOption: '--live',
  });
  page.acceptHostsOf(portOf(servers[0]));
  const looking = page.keepLooking();
  return {
    url: `${urlOf(servers[0])}/`,
    close: async () => {
      page.stop();
      await looking;
      await Promise.race([page.answered(), aborted(AbortSignal.timeout(LAST_ANSWERS_MS))]);
      await Promise.all(servers.map(closed));
    },
  };
}

class Page {
  readonly #folder: RunFolder;
  readonly #assets: PageAssets;
  /** Answers that have not left. */
  readonly #answers = new Set<ServerResponse>();
  /** Those of them that go on until the end. */
  readonly #followers = new Set<ServerResponse>();
  readonly #ending = new AbortController();
  #hosts: ReadonlySet<string> = new Set();
  /** Null: the sender has not begun. */
  #data: ReportData | null = null;
  /** There is no newer state to come. */
  #isOver = false;

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
    this.#answers.add(response);
    response.on('close', () => this.#answers.delete(response));
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
      for (const follower of this.#followers) this.#send(follower);
      await pause(Math.max(LOOK_EVERY_MS, tookMs / LOOK_SHARE), signal);
    }
    await this.#look();
    this.#isOver = true;
    for (const follower of this.#followers) this.#sendLast(follower);
  }

  /** Resolves when the system has every answer, or its reader is gone. */
  async answered(): Promise<void> {
    await Promise.all([...this.#answers].map((answer) => once(answer, 'close')));
  }

  stop(): void {
    this.#ending.abort();
  }

  async #look(): Promise<number> {
    const startedMs = performance.now();
    // Files that are being written may be unreadable for a moment: the next look sees more.
    this.#data = (await collectReport(this.#folder).catch(() => null)) ?? this.#data;
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
    if (this.#isOver) {
      this.#sendLast(response);
      return;
    }
    this.#followers.add(response);
    response.on('close', () => this.#followers.delete(response));
    this.#send(response);
  }

  /** What a browser has not read yet is enough to wait for; newer data come with the next look. */
  #send(follower: ServerResponse): void {
    if (!follower.writableNeedDrain) follower.write(this.#state());
  }

  #sendLast(follower: ServerResponse): void {
    follower.end(`${this.#state()}event: end\ndata:\n\n`);
  }

  #state(): string {
    return this.#data === null ? '' : `data: ${escapedJson(this.#data)}\n\n`;
  }
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
