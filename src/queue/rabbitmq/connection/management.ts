import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { z } from '../../../schema/zod.ts';
import type { RabbitmqSettings } from './settings.ts';

/**
 * Maximum age of the figures of the management API. The queue reports every 5 s, and the API collects every 5
 * s (`collect_statistics_interval`). The remaining 5 s are for a busy node.
 */
export const MANAGEMENT_AGE_MS = 15_000;
const TIMEOUT_MS = 5_000;
/** The part of an answer that qbl uses. A new queue has no figures for some seconds. */
const figures = z.object({ messages_unacknowledged: z.number().int().nonnegative().nullish() });
/** Maximum size of an answer. An answer about one queue has a few kilobytes, and some more for each consumer. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export type ManagementSettings = Pick<RabbitmqSettings, 'username' | 'password' | 'tls'> & {
  readonly url: URL;
};

/** Asks RabbitMQ's HTTP API (plugin rabbitmq_management) about one queue. */
export class ManagementApi {
  readonly #settings: ManagementSettings;
  readonly #url: URL;

  constructor(
    settings: ManagementSettings,
    { vhost, queue }: { readonly vhost: string; readonly queue: string },
  ) {
    this.#settings = settings;
    const base = settings.url.href.replace(/\/$/, '');
    this.#url = new URL(`${base}/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`);
  }

  /**
   * Number of messages that consumers have received and not acknowledged. Null if the API has no figures of the queue
   * yet.
   * @throws Error if the API does not answer, or refuses
   */
  async unacknowledged(): Promise<number | null> {
    const { status, text } = await this.#get();
    if (status !== 200) throw new Error(`the management API answered ${status}${meaningOf(status)}`);
    return figuresIn(text).messages_unacknowledged ?? null;
  }

  #get(): Promise<{ readonly status: number; readonly text: string }> {
    const { username, password, tls } = this.#settings;
    const isTls = this.#url.protocol === 'https:';
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { auth: `${username}:${password}`, signal, ...(isTls ? tls : {}) };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(signal.aborted ? new Error('the management API does not answer') : error);
      const request = (isTls ? requestHttps : requestHttp)(this.#url, options, (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), fail);
      });
      request.on('error', fail);
      request.end();
    });
  }
}

function figuresIn(text: string): z.infer<typeof figures> {
  try {
    return figures.parse(JSON.parse(text));
  } catch {
    throw new Error('the management API answered with something other than the figures of a queue');
  }
}

function meaningOf(status: number): string {
  if (status === 401) return ': the user is not known, or has no tag such as monitoring';
  return status === 404 ? ': the API does not know the queue' : '';
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer of the management API is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
