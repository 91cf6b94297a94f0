import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { foreignRequest, pathOf } from '../../http/foreign.ts';
import { listen, type Server, urlOf } from '../../http/listen.ts';
import { aborted, pause } from '../../pause.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { pageAssets } from '../html/assets.ts';
import { collectReport, reportBeforeStart } from '../html/collect/collect.ts';
import { type PageAssets, reportDocument } from '../html/document.ts';
import { escapedJson } from '../html/embed.ts';
import type { ReportData } from '../html/report-data.ts';
import { Answers } from './answers.ts';

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
/** Answers that end by themselves, such as the page, and have not left yet. */
const MAX_ANSWERS = 20;
const MAX_CONNECTIONS = 200;
/** A connection that says nothing for so long is closed. */
const SILENCE_MS = 5_000;
/** How long a browser may take to read its last answer. One that is gone without a word reads nothing. */
const LAST_ANSWERS_MS = 10_000;

/**
 * Serves the page and keeps it up to date by server-sent events.
 * @param port 0 for a free one
 * @throws QblError 'environment' when the port cannot be had
 */
export async function openLivePage(folder: RunFolder, port: number): Promise<LivePage> {
  const page = new Page(folder, await pageAssets());
  const servers = await listen(() => serverOf(page), { port, portOption: '--live' });
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

function serverOf(page: Page): Server {
  const limits = {
    headersTimeout: SILENCE_MS,
    requestTimeout: SILENCE_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(limits, (request, response) => page.answer(request, response));
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

class Page {
  readonly #folder: RunFolder;
  readonly #assets: PageAssets;
  readonly #answers = new Answers(MAX_ANSWERS);
  /** Those that go on until the end. */
  readonly #followers = new Answers(MAX_FOLLOWERS);
  readonly #ending = new AbortController();
  #data: ReportData;
  /** The data as an event, which all followers share. */
  #event: Buffer;
  /** There is no newer state to come. */
  #isOver = false;

  constructor(folder: RunFolder, assets: PageAssets) {
    this.#folder = folder;
    this.#assets = assets;
    this.#data = reportBeforeStart(folder.id);
    this.#event = eventOf(this.#data);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url);
    const refusal = this.#refusalOf(request);
    const follows = refusal === null && path === EVENTS;
    (follows ? this.#followers : this.#answers).add(response);
    if (refusal !== null) refuse(response, ...refusal);
    else if (follows) this.#follow(response);
    else if (path === '/') this.#sendPage(response);
    // Browsers ask for it beside every answer that is no page.
    else if (path === '/favicon.ico') response.writeHead(204, HEADERS).end();
    else refuse(response, 404, 'Not found. The page is at /.');
  }

  #refusalOf(request: IncomingMessage): readonly [status: number, text: string] | null {
    const foreign = foreignRequest(request);
    if (foreign !== null) return [403, foreign];
    return request.method === 'GET' ? null : [405, 'Only GET is allowed here.'];
  }

  async keepLooking(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const tookMs = await this.#look(true);
      for (const follower of this.#followers.list()) this.#send(follower);
      await pause(Math.max(LOOK_EVERY_MS, tookMs / LOOK_SHARE), signal);
    }
    await this.#look(false);
    this.#isOver = true;
    for (const follower of this.#followers.list()) this.#sendLast(follower);
  }

  /** Resolves when the system has every answer, or its reader is gone. */
  async answered(): Promise<void> {
    const open = [...this.#answers.list(), ...this.#followers.list()];
    await Promise.all(open.map((answer) => once(answer, 'close')));
  }

  stop(): void {
    this.#ending.abort();
  }

  async #look(isRunning: boolean): Promise<number> {
    const startedMs = performance.now();
    // Files that are being written may be unreadable for a moment: the next look sees more.
    const newer = await collectReport(this.#folder, { isRunning }).catch(() => null);
    if (newer !== null) {
      this.#data = newer;
      this.#event = eventOf(newer);
    }
    return performance.now() - startedMs;
  }

  #sendPage(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' });
    response.end(reportDocument(this.#data, this.#assets, { liveUrl: EVENTS }));
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    if (this.#isOver) this.#sendLast(response);
    else this.#send(response);
  }

  /** What a browser has not read yet is enough to wait for; newer data come with the next look. */
  #send(follower: ServerResponse): void {
    if (!follower.writableNeedDrain) follower.write(this.#event);
  }

  #sendLast(follower: ServerResponse): void {
    follower.write(this.#event);
    follower.end('event: end\ndata:\n\n');
  }
}

function eventOf(data: ReportData): Buffer {
  return Buffer.from(`data: ${escapedJson(data)}\n\n`);
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
