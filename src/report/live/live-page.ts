import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeServers } from '../../http/close-servers.ts';
import { foreignRequest, pathOf } from '../../http/foreign.ts';
import { listen, urlOf } from '../../http/listen.ts';
import { sideServer } from '../../http/side-server.ts';
import { aborted, pause } from '../../pause.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { pageAssets } from '../html/assets.ts';
import { collectReport, reportBeforeStart } from '../html/collect/collect.ts';
import { type PageAssets, reportDocument } from '../html/document.ts';
import { escapedJson } from '../html/embed.ts';
import type { ReportData } from '../html/report-data.ts';
import { Answers } from './answers.ts';

/** A server for the report of an unfinished run. Only browsers on this machine can use it. */
export interface LivePage {
  readonly url: string;
  /** Sends the last state to all browsers, then closes the server. */
  close(): Promise<void>;
}

const EVENTS = '/events';
/** Time between two readings of the run's files. If a reading was slow, the time is longer. */
const LOOK_EVERY_MS = 1_000;
/** Largest share of the time that is spent on reading files, so that reading does not disturb the measurement. */
const LOOK_SHARE = 0.1;
/** Maximum number of browsers that get updates at the same time. */
const MAX_FOLLOWERS = 20;
/** Maximum number of other unfinished answers, such as the page itself. */
const MAX_ANSWERS = 20;
/** Time that a browser has to read its last answer. A browser that vanished would never read it. */
const LAST_ANSWERS_MS = 10_000;

/**
 * Opens a server for the page. Browsers get updates by server-sent events.
 * @param port the port; 0 chooses a free one
 * @throws QblError 'environment' if the port cannot be opened
 */
export async function openLivePage(folder: RunFolder, port: number): Promise<LivePage> {
  const page = new Page(folder, await pageAssets());
  const answer = page.answer.bind(page);
  const servers = await listen(() => sideServer(answer), { port, portOption: '--live' });
  const looking = page.keepLooking();
  const lastAnswers = () => Promise.race([page.answered(), aborted(AbortSignal.timeout(LAST_ANSWERS_MS))]);
  return {
    url: `${urlOf(servers[0])}/`,
    close: () => {
      page.stop();
      return closeServers(servers, looking.then(lastAnswers));
    },
  };
}

class Page {
  readonly #folder: RunFolder;
  readonly #assets: PageAssets;
  readonly #answers = new Answers(MAX_ANSWERS);
  /** The open streams of updates. They end with the run. */
  readonly #followers = new Answers(MAX_FOLLOWERS);
  readonly #ending = new AbortController();
  #data: ReportData;
  /** The present data as one update, which is sent to all browsers. */
  #event: Buffer;
  /** The page with the present data. Null until a browser asks for it. */
  #document: Buffer | null = null;
  /** Whether the last state was sent. */
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
    // Browsers request this icon by themselves.
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

  /** Resolves when every answer was passed to the operating system, or its client has disconnected. */
  async answered(): Promise<void> {
    const open = [...this.#answers.list(), ...this.#followers.list()];
    await Promise.all(open.map((answer) => once(answer, 'close')));
  }

  stop(): void {
    this.#ending.abort();
  }

  async #look(isRunning: boolean): Promise<number> {
    const startedMs = performance.now();
    // A file may be unreadable while it is being written. Then the next reading finds its new content.
    const newer = await collectReport(this.#folder, { isRunning }).catch(() => null);
    if (newer !== null) {
      this.#data = newer;
      this.#event = eventOf(newer);
      this.#document = null;
    }
    return performance.now() - startedMs;
  }

  /** All answers share one document, so many requests at once need no more time and memory than one request. */
  #sendPage(response: ServerResponse): void {
    this.#document ??= Buffer.from(reportDocument(this.#data, this.#assets, { liveUrl: EVENTS }));
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' });
    response.end(this.#document);
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    if (this.#isOver) this.#sendLast(response);
    else this.#send(response);
  }

  /**
   * Sends the present data. Skips a browser that has not read the previous data; that browser gets newer data
   * later.
   */
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
