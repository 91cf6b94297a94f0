import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { Client } from 'undici';
import type { Identity } from '../message/identity.ts';
import type { BodyWriter } from '../plan/body-template.ts';
import { isSuccessStatus } from '../samples/outcome.ts';
import { openSocket } from './connect.ts';
import type { Failure } from './failure.ts';
import { connectFailure, exchangeFailure, InterruptedError, ResponseTimeoutError } from './failure.ts';
import type { Origin } from './origin.ts';
import type { TargetRequest } from './request.ts';

/** An idle connection lives as long as the server lets it. */
const KEEP_ALIVE_MS = 2 ** 31 - 1;
/** A connection is given up this long before the end that the server's Keep-Alive header announces. */
const KEEP_ALIVE_MARGIN_MS = 500;
/** A body that has waited longer than this for its turn gets a new time of sending. */
const MAX_BODY_AGE_MS = 1;

/** What became of one request. Times are milliseconds with a fraction. */
export interface Exchange {
  readonly responseCode: string;
  readonly responseMessage: string;
  /** JMeter's success: a status from 200 to 399. */
  readonly success: boolean;
  /** On the clock of `performance.now()`: before the connect, or right before the request was written. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly connectMs: number;
  /** To the first byte of the response, `connectMs` included; 0 when none came. */
  readonly latencyMs: number;
  readonly bytes: number;
  readonly sentBytes: number;
}

/** The client was asked to write on a connection that turned out to be closed; nothing was written. */
class StaleConnectionError extends Error {}

/**
 * One thread's connection to one origin: opened at the first request, kept, and opened anew when it ended.
 * One attempt is one exchange; there are no retries and no redirects. It is its own undici handler, in
 * undici's older form of it, since the newer one parses the headers of every response into an object.
 */
export class Connection implements Dispatcher.DispatchHandler {
  readonly #origin: Origin;
  readonly #client: Client;
  readonly #onResponseTimeout = (): void => this.#abort?.(new ResponseTimeoutError());
  #socket: Socket | null = null;
  /** A connected socket on its way into the client. */
  #handover: Socket | null = null;

  #request: TargetRequest | null = null;
  #identity: Identity | null = null;
  #writeBody: BodyWriter | null = null;
  #done: ((exchange: Exchange) => void) | null = null;
  #body: Buffer | null = null;
  #bodyAt = 0;
  #startedAt = 0;
  #connectMs = 0;
  #firstByteAt = 0;
  #fresh = false;
  #interrupted = false;
  #abort: ((error: Error) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #readBefore = 0;
  #writtenBefore = 0;
  #status = 0;
  #statusText = '';
  #headers: readonly Buffer[] = [];
  #bodyBytes = 0;

  constructor(origin: Origin) {
    this.#origin = origin;
    this.#client = new Client(origin.url, {
      pipelining: 1,
      // undici's own timers tick once in half a second; ours are exact.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      connect: (_options, callback) => queueMicrotask(() => this.#handOver(callback)),
    });
  }

  /** Sends one request and calls back once. There is at most one exchange at a time. */
  send(
    request: TargetRequest,
    identity: Identity,
    writeBody: BodyWriter | null,
    done: (exchange: Exchange) => void,
  ): void {
    this.#request = request;
    this.#identity = identity;
    this.#writeBody = writeBody;
    this.#done = done;
    this.#firstByteAt = 0;
    this.#status = 0;
    this.#bodyBytes = 0;
    this.#abort = null;
    if (this.#socket === null || this.#socket.destroyed) this.#connect(request);
    else this.#dispatch(request, false);
  }

  /** Breaks off the exchange in flight, which then ends as one that nobody knows the outcome of. */
  interrupt(): void {
    if (this.#done === null) return;
    this.#interrupted = true;
    if (this.#abort !== null) this.#abort(new InterruptedError());
    else this.#socket?.destroy(new InterruptedError());
  }

  /** Closes the connection after the exchange in flight. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  #connect(request: TargetRequest): void {
    const startedAt = performance.now();
    this.#startedAt = startedAt;
    this.#socket = openSocket(this.#origin, request.timeoutMs, (error, socket) => {
      if (error !== null) return this.#finishFailed(connectFailure(error, this.#origin));
      this.#connectMs = performance.now() - startedAt;
      this.#handover = socket;
      this.#dispatch(request, true);
    });
  }

  #dispatch({ path, method, headers }: TargetRequest, fresh: boolean): void {
    this.#fresh = fresh;
    if (!fresh) this.#connectMs = 0;
    this.#bodyAt = performance.now();
    const text = this.#bodyText(this.#bodyAt);
    this.#body = text === null ? null : Buffer.from(text);
    this.#client.dispatch({ path, method, headers, body: this.#body }, this);
  }

  #bodyText(now: number): string | null {
    if (this.#writeBody === null || this.#identity === null) return null;
    return this.#writeBody(this.#identity, sentAtMs(now));
  }

  #handOver(callback: (...result: [null, Socket] | [Error, null]) => void): void {
    const socket = this.#handover;
    this.#handover = null;
    if (socket === null) callback(new StaleConnectionError('closed before the request was written'), null);
    else callback(null, socket);
  }

  /** undici calls this right before it writes the request. */
  onConnect(abort: (error: Error) => void): void {
    const now = performance.now();
    if (this.#socket === null || this.#request === null) throw new TypeError('no exchange is in flight');
    this.#abort = abort;
    if (!this.#fresh) this.#startedAt = now;
    this.#renewBody(now);
    this.#readBefore = this.#socket.bytesRead;
    this.#writtenBefore = this.#socket.bytesWritten;
    const { timeoutMs } = this.#request;
    if (timeoutMs > 0) this.#timer = setTimeout(this.#onResponseTimeout, timeoutMs);
  }

  /**
   * undici takes the body before its connection's turn comes, which in a busy process is milliseconds before
   * the write. The time of sending has a fixed width, so the new body fits into the old one's buffer.
   */
  #renewBody(now: number): void {
    if (this.#body === null || now - this.#bodyAt <= MAX_BODY_AGE_MS) return;
    const text = this.#bodyText(now);
    if (text !== null && Buffer.byteLength(text) === this.#body.length) this.#body.write(text);
  }

  onResponseStarted(): void {
    if (this.#firstByteAt === 0) this.#firstByteAt = performance.now();
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, statusText: string): boolean {
    if (status >= 200) {
      this.#status = status;
      this.#statusText = statusText;
      this.#headers = headers;
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#bodyBytes += chunk.length;
    return true;
  }

  onComplete(): void {
    this.#finish(String(this.#status), this.#statusText, true);
  }

  onError(error: Error): void {
    if ('code' in error && error.code === 'UND_ERR_INVALID_ARG') throw error;
    if (this.#abort === null && !this.#fresh && !this.#interrupted && this.#request !== null) {
      // The kept connection was closed and nothing was written: what follows is still the first attempt.
      this.#connect(this.#request);
      return;
    }
    this.#finishFailed(
      exchangeFailure(this.#interrupted ? new InterruptedError() : error, this.#origin, {
        bytes: this.#bytesRead(),
        headers: this.#status !== 0,
        bodyBytes: this.#bodyBytes,
        contentLength: contentLengthOf(this.#headers),
      }),
    );
  }

  #finishFailed({ responseCode, responseMessage }: Failure): void {
    this.#finish(responseCode, responseMessage, false);
  }

  #finish(responseCode: string, responseMessage: string, whole: boolean): void {
    const done = this.#done;
    if (done === null) return;
    clearTimeout(this.#timer);
    const exchange: Exchange = {
      responseCode,
      responseMessage,
      success: whole && isSuccessStatus(this.#status),
      startedAt: this.#startedAt,
      endedAt: performance.now(),
      connectMs: this.#connectMs,
      latencyMs: this.#firstByteAt === 0 ? 0 : this.#firstByteAt - this.#startedAt,
      bytes: this.#bytesRead(),
      sentBytes: this.#bytesWritten(),
    };
    if (!whole) this.#dropSocket();
    this.#done = null;
    this.#body = null;
    this.#headers = [];
    done(exchange);
  }

  /** Before `done`, which may send again at once. */
  #dropSocket(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #bytesRead(): number {
    return this.#socket === null || this.#abort === null ? 0 : this.#socket.bytesRead - this.#readBefore;
  }

  #bytesWritten(): number {
    return this.#socket === null || this.#abort === null
      ? 0
      : this.#socket.bytesWritten - this.#writtenBefore;
  }
}

/**
 * Epoch milliseconds with microseconds. The last digit is odd, so that the number is always written with the
 * same number of digits.
 */
export function sentAtMs(now: number): number {
  const microseconds = Math.floor((performance.timeOrigin + now) * 1000);
  return (microseconds - (microseconds % 2) + 1) / 1000;
}

function contentLengthOf(headers: readonly Buffer[]): number | null {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toString().toLowerCase() === 'content-length') return Number(headers[at + 1]);
  }
  return null;
}
