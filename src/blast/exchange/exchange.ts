import type { Socket } from 'node:net';
import type { Identity } from '../../message/identity.ts';
import type { BodyWriter } from '../../plan/template/body-template.ts';
import type { Fill } from '../../plan/template/fill.ts';
import { isSuccessStatus, type Outcome } from '../../samples/outcome.ts';
import type { Decider } from '../../samples/rules/decide.ts';
import type { Captured, CaptureRule } from './capture.ts';
import type { Failure } from './failure.ts';
import { exchangeFailure, InterruptedError, isMissedBody, ResponseTimeoutError } from './failure.ts';
import { redirectFailure } from './redirect.ts';
import type { TargetRequest } from './request.ts';
import { PendingResponse } from './response.ts';
import { contentLengthOf } from './response-headers.ts';
import { sentAtMs } from './sent-at.ts';

/** If a body waited longer than this before the write, it gets a new time of sending. */
const MAX_BODY_AGE_MS = 1;

/** Responses with these statuses have no body, even with a Content-Length (RFC 9110, section 8.6). undici ignores that. */
const STATUSES_WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);

/** The outcome of one request. Times are milliseconds with a fraction. */
export interface Exchange {
  readonly responseCode: string;
  readonly responseMessage: string;
  /** Success in JMeter's sense: a complete response with status 200 to 399, and no redirect without a location. */
  readonly success: boolean;
  /** By the rules of the request, or else by the default rule. */
  readonly outcome: Outcome;
  /** On the clock of `performance.now()`: before the connect, or right before the write on a kept connection. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly connectMs: number;
  /** Time to the first byte of the response, including `connectMs`. 0 if no byte arrived. */
  readonly latencyMs: number;
  readonly bytes: number;
  readonly sentBytes: number;
  /** The hash of the content that was sent. Null if nothing is compared. */
  readonly content: string | null;
  /** Null if the request is not traced. */
  readonly captured: Captured | null;
}

/** A request to send. */
export interface Outgoing {
  readonly request: TargetRequest;
  readonly identity: Identity;
  /** Null if the request has no body. */
  readonly writeBody: BodyWriter | null;
  /** Null if nothing is traced. */
  readonly capture: CaptureRule | null;
  /** The rules for the outcome. Null if the default rule decides. */
  readonly decider: Decider | null;
  /** Returns the hash of the content that was sent. Null if nothing is compared. */
  readonly contentOf: Fill | null;
}

/** The owner of the connection, which is called back. */
export interface ExchangeOwner {
  /** The kept connection was closed before a byte of the request was written. */
  onStale(exchange: PendingExchange): void;
  /** The request is about to be written. */
  onWrite(): void;
  /** `whole` means that the response is complete and the connection can be used again. */
  onEnd(exchange: Exchange, whole: boolean): void;
}

/**
 * One request in flight. It implements the older of undici's two handler interfaces. The newer one parses the headers
 * of every response into an object.
 */
export class PendingExchange {
  readonly outgoing: Outgoing;
  readonly #owner: ExchangeOwner;
  #socket: Socket | null = null;
  #fresh = false;
  #startedAt = performance.now();
  #connectMs = 0;
  #body: Buffer | null = null;
  #bodyAt = 0;
  #bodySentAtMs = 0;
  /** undici's abort function. Once it is set, bytes of the request may have been written. */
  #abort: ((error: Error) => void) | null = null;
  #abortedWith: Error | null = null;
  #timer: NodeJS.Timeout | undefined;
  #readBefore = 0;
  #writtenBefore = 0;
  #firstByteAt = 0;
  readonly #response: PendingResponse;

  constructor(outgoing: Outgoing, owner: ExchangeOwner) {
    this.outgoing = outgoing;
    this.#response = new PendingResponse(outgoing.capture, outgoing.decider);
    this.#owner = owner;
  }

  connecting(socket: Socket): void {
    this.#socket = socket;
    this.#startedAt = performance.now();
  }

  connected(): void {
    this.#fresh = true;
    this.#connectMs = performance.now() - this.#startedAt;
  }

  /** Creates the body once the connection is open. Null if the request has none. */
  bodyFor(socket: Socket): Buffer | null {
    this.#socket = socket;
    this.#bodyAt = performance.now();
    const text = this.#bodyText(this.#bodyAt);
    this.#body = text === null ? null : Buffer.from(text);
    return this.#body;
  }

  /** Aborts the request. Its outcome is then unknown. */
  interrupt(): void {
    this.#breakOff(new InterruptedError());
  }

  /** undici calls this right before it writes the request. */
  onConnect(abort: (error: Error) => void): void {
    const now = performance.now();
    if (this.#socket === null) throw new TypeError('a request is written without a connection');
    this.#abort = abort;
    this.#owner.onWrite();
    if (!this.#fresh) this.#startedAt = now;
    this.#renewBody(now);
    this.#readBefore = this.#socket.bytesRead;
    this.#writtenBefore = this.#socket.bytesWritten;
    const { timeoutMs } = this.outgoing.request;
    if (timeoutMs > 0) {
      this.#timer = setTimeout(() => this.#breakOff(new ResponseTimeoutError()), timeoutMs);
    }
  }

  onResponseStarted(): void {
    if (this.#firstByteAt === 0) this.#firstByteAt = performance.now();
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, statusText: string): boolean {
    if (status >= 200) this.#response.begin(status, statusText, headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#response.add(chunk);
    return true;
  }

  /** For a body that ends with the connection, undici treats a reset as a normal end. JMeter reports a failure. */
  onComplete(): void {
    const cutOff = this.#socket?.errored;
    if (cutOff == null) this.#complete();
    else this.onError(cutOff);
  }

  #complete(): void {
    const { status, statusText, headers } = this.#response;
    const failure = redirectFailure(status, headers, this.outgoing.request);
    const answer = { responseCode: String(status), responseMessage: statusText };
    this.#end(failure ?? answer, true, failure === null && isSuccessStatus(status));
  }

  onError(error: Error): void {
    if ('code' in error && error.code === 'UND_ERR_INVALID_ARG') throw error;
    const unwritten = this.#abort === null && this.#abortedWith === null;
    if (isMissedBody(error) && STATUSES_WITHOUT_BODY.has(this.#response.status)) this.#complete();
    else if (unwritten && !this.#fresh) this.#owner.onStale(this);
    // Prefer the system's error. undici's error only says what its parser made of it.
    else this.fail(this.#failureOf(this.#abortedWith ?? this.#socket?.errored ?? error));
  }

  /** Ends the request without a complete response. */
  fail(failure: Failure): void {
    this.#end(failure, false, false);
  }

  #end(
    { responseCode, responseMessage }: Pick<Exchange, 'responseCode' | 'responseMessage'>,
    whole: boolean,
    success: boolean,
  ): void {
    clearTimeout(this.#timer);
    const outcome = this.#response.outcomeOf({ responseCode, responseMessage, success });
    const exchange: Exchange = {
      responseCode,
      responseMessage,
      success,
      outcome,
      startedAt: this.#startedAt,
      endedAt: performance.now(),
      connectMs: this.#connectMs,
      latencyMs: this.#firstByteAt === 0 ? 0 : this.#firstByteAt - this.#startedAt,
      bytes: this.#bytesRead(),
      sentBytes: this.#bytesWritten(),
      content: this.outgoing.contentOf?.(this.outgoing.identity, this.#bodySentAtMs) ?? null,
      captured: this.#captured(success, outcome),
    };
    this.#owner.onEnd(exchange, whole);
  }

  #captured(success: boolean, outcome: Outcome): Captured | null {
    const captured = this.#response.captured(success, outcome);
    return captured && { identity: this.outgoing.identity, requestBody: this.#body, ...captured };
  }

  #breakOff(error: Error): void {
    this.#abortedWith = error;
    if (this.#abort !== null) this.#abort(error);
    else this.#socket?.destroy(error);
  }

  /**
   * undici asks for the body before it writes. In a busy process the write can come milliseconds later. So the time of
   * sending is renewed. It has a fixed width, and the new body fits into the old buffer.
   */
  #renewBody(now: number): void {
    if (this.#body === null || now - this.#bodyAt <= MAX_BODY_AGE_MS) return;
    const text = this.#bodyText(now);
    if (text !== null && Buffer.byteLength(text) === this.#body.length) this.#body.write(text);
  }

  #bodyText(now: number): string | null {
    const { identity, writeBody } = this.outgoing;
    this.#bodySentAtMs = sentAtMs(now);
    return writeBody === null ? null : writeBody(identity, this.#bodySentAtMs);
  }

  #failureOf(error: Error): Failure {
    return exchangeFailure(error, this.outgoing.request.origin, {
      bytes: this.#bytesRead(),
      headers: this.#response.status !== 0,
      bodyBytes: this.#response.bodyBytes,
      contentLength: contentLengthOf(this.#response.headers),
    });
  }

  #bytesRead(): number {
    return this.#abort === null || this.#socket === null ? 0 : this.#socket.bytesRead - this.#readBefore;
  }

  #bytesWritten(): number {
    return this.#abort === null || this.#socket === null
      ? 0
      : this.#socket.bytesWritten - this.#writtenBefore;
  }
}
