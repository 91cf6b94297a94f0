import type { Identity } from '../../message/identity.ts';
import type { BodyWriter } from '../../plan/template/body-template.ts';
import type { Fill } from '../../plan/template/fill.ts';
import type { Checked, Checks } from '../../samples/assertions/checks.ts';
import type { Extraction } from '../../samples/extractors/extraction.ts';
import { type Answered, isSuccessStatus, type Outcome } from '../../samples/outcome.ts';
import type { Decider } from '../../samples/rules/decide.ts';
import { type RequestText, requestText } from '../wire/request-text.ts';
import { contentLengthOf } from '../wire/response-headers.ts';
import type { Headers, ResponseListener } from '../wire/response-listener.ts';
import type { Captured, CaptureRule } from './capture.ts';
import { CheckedExchange } from './checked-exchange.ts';
import { exchangeFailure, type Failure } from './failure.ts';
import { lacksLocation, redirectOf } from './redirect.ts';
import type { TargetRequest } from './request.ts';
import { PendingResponse } from './response.ts';
import { elapsedMsOf, sentAtMs } from './sent-at.ts';

/** Maximum length of an assertion's text. The text can repeat a whole response. */
const MAX_FAILURE_LENGTH = 10_000;

/** The exchange of one request and its response. Times are milliseconds with a fraction. */
export interface Exchange {
  readonly responseCode: string;
  readonly responseMessage: string;
  /**
   * Success in JMeter's sense: a complete response with status 200 to 399, no redirect without a location, and no failed
   * assertion.
   */
  readonly success: boolean;
  /** JMeter's text of the assertion that failed. Empty if no assertion failed. */
  readonly failureMessage: string;
  /** Acked, rejected or indeterminate. The rules of the request decide, or else the default rule. */
  readonly outcome: Outcome;
  /** The request to which the response redirects. Null if the sample ends with this response. */
  readonly redirect: TargetRequest | null;
  /**
   * Start of the exchange on the clock of `performance.now()`. If the request opens a connection, the exchange starts
   * before the connect. Otherwise it starts right before the write.
   */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly connectMs: number;
  /** Time to the first byte of the response, including `connectMs`. 0 if no byte arrived. */
  readonly latencyMs: number;
  readonly bytes: number;
  readonly sentBytes: number;
  /** The hash of the content that was sent. Null if the plan does not compare contents. */
  readonly content: string | null;
  /** The request and response for the trace. Null if the request is not traced. */
  readonly captured: Captured | null;
  /** The responses that extractors read, in the order in which they arrived. Empty if the request has no extractor. */
  readonly responses: readonly CheckedExchange[];
}

export interface Outgoing {
  readonly request: TargetRequest;
  readonly identity: Identity;
  /** Writes the body of the request. Null if the request has no body. */
  readonly writeBody: BodyWriter | null;
  /** Decides whether to trace the request. Null if nothing is traced. */
  readonly capture: CaptureRule | null;
  /** The rules for the outcome. Null if the default rule decides. */
  readonly decider: Decider | null;
  /** The assertions of the request. Null if the request has none. */
  readonly checks: Checks | null;
  /** The extractors of the request. Null if the request has none. */
  readonly extraction: Extraction | null;
  /** Returns the hash of the content that was sent. Null if the plan does not compare contents. */
  readonly contentOf: Fill | null;
  /** Called with status and headers of a complete response. If absent, nobody needs them. */
  readonly onResponse?: (status: number, headers: Headers) => void;
  /** The requests of the sample before this one, if this request is a redirect. Otherwise absent. */
  readonly redirectedFrom?: RedirectedFrom;
}

export interface RedirectedFrom {
  /** Number of redirects before the request. */
  readonly redirects: number;
  /** Start of the sample on the clock of `performance.now()`. */
  readonly startedAt: number;
}

/** Called once with the exchange, when the request has ended. */
export type OnEnd = (exchange: Exchange) => void;

/** A request in flight. The class follows the response, and builds the exchange from the request and the response. */
export class PendingExchange implements ResponseListener {
  readonly outgoing: Outgoing;
  readonly #done: OnEnd;
  readonly #response: PendingResponse;
  #startedAt = performance.now();
  #connectMs: number | null = null;
  #body: string | null = null;
  #sentAtMs = 0;
  #sentBytes = 0;
  #bytes = 0;
  #firstByteAt = 0;

  constructor(outgoing: Outgoing, done: OnEnd) {
    this.outgoing = outgoing;
    this.#response = new PendingResponse(outgoing);
    this.#done = done;
  }

  /** Counts the time to connect as time of this request, because the connection was opened for it. */
  connected(): void {
    this.#connectMs = performance.now() - this.#startedAt;
  }

  /**
   * Returns the request as text. Call this right before the write, because the body holds the time of
   * sending.
   */
  begin(): RequestText {
    const { request, identity, writeBody } = this.outgoing;
    const now = performance.now();
    if (this.#connectMs === null) this.#startedAt = now;
    this.#sentAtMs = sentAtMs(now);
    this.#body = writeBody === null ? null : writeBody(identity, this.#sentAtMs);
    const text = requestText(request.method, request.head, this.#body);
    this.#sentBytes = text.bytes;
    return text;
  }

  onBytes(length: number): void {
    if (this.#bytes === 0) this.#firstByteAt = performance.now();
    this.#bytes += length;
  }

  onHead(status: number, statusText: string, headers: () => Headers): void {
    this.#response.begin(status, statusText, headers);
  }

  onBody(chunk: Buffer): void {
    this.#response.add(chunk);
  }

  onComplete(): void {
    const { status, statusText, headers } = this.#response;
    const { request, redirectedFrom } = this.outgoing;
    const redirect = redirectOf(status, headers, request, redirectedFrom?.redirects ?? 0);
    if (!lacksLocation(status, headers, request.method)) this.outgoing.onResponse?.(status, headers());
    const answer = { responseCode: String(status), responseMessage: statusText };
    if (redirect === null) this.#end(answer, isSuccessStatus(status));
    else if ('responseCode' in redirect) this.#end(redirect, false);
    else this.#done(this.#exchange(answer, unchecked(isSuccessStatus(status)), 'indeterminate', redirect));
  }

  onFailed(error: Error): void {
    this.fail(
      exchangeFailure(error, this.outgoing.request.origin, {
        bytes: this.#bytes,
        headers: this.#response.status !== 0,
        bodyBytes: this.#response.bodyBytes,
        contentLength: contentLengthOf(this.#response.headers()),
      }),
    );
  }

  /** Ends the request without a complete response. */
  fail(reason: Failure): void {
    this.#end(reason, false);
  }

  /** Ends a request that is not sent. So the endpoint cannot have the message. */
  refuse(reason: Failure): void {
    this.#end(reason, false, 'rejected');
  }

  /** Ends the sample with this exchange. */
  #end(answer: Failure, isSuccess: boolean, known?: Outcome): void {
    const { checks } = this.outgoing;
    const endedAt = performance.now();
    const { responseCode, responseMessage } = answer;
    const answered = { responseCode, responseMessage, success: isSuccess };
    const checked =
      checks === null
        ? unchecked(isSuccess)
        : checks.evaluate(this.#asJMeterShowsIt(answered, endedAt), isSuccess);
    const outcome = known ?? this.#response.outcomeOf(answered);
    this.#done(this.#exchange(answer, checked, outcome, null, endedAt));
  }

  #exchange(
    { responseCode, responseMessage }: Failure,
    { success, failureMessage }: Checked,
    outcome: Outcome,
    redirect: TargetRequest | null,
    endedAt = performance.now(),
  ): Exchange {
    return {
      responseCode,
      responseMessage: this.outgoing.request.hide(responseMessage),
      success,
      failureMessage: this.#shownFailure(failureMessage),
      outcome,
      redirect,
      startedAt: this.#startedAt,
      endedAt,
      connectMs: this.#connectMs ?? 0,
      latencyMs: this.#bytes === 0 ? 0 : this.#firstByteAt - this.#startedAt,
      bytes: this.#bytes,
      sentBytes: this.#sentBytes,
      content: this.outgoing.contentOf?.(this.outgoing.identity, this.#sentAtMs) ?? null,
      captured: redirect === null ? this.#captured(success, outcome) : null,
      responses:
        this.outgoing.extraction === null
          ? NO_RESPONSES
          : [this.#asJMeterShowsIt({ responseCode, responseMessage, success }, endedAt)],
    };
  }

  #shownFailure(text: string): string {
    const isCut = text.length > MAX_FAILURE_LENGTH;
    const hidden = this.outgoing.request.hide(text.slice(0, MAX_FAILURE_LENGTH), isCut);
    // Masks can make the text longer.
    return hidden.slice(0, MAX_FAILURE_LENGTH);
  }

  #asJMeterShowsIt(answered: Answered, endedAt: number): CheckedExchange {
    const { request, redirectedFrom } = this.outgoing;
    const elapsedMs = elapsedMsOf(redirectedFrom?.startedAt ?? this.#startedAt, endedAt);
    return new CheckedExchange(request, this.#body, this.#response, {
      ...answered,
      elapsedMs,
      bytes: this.#bytes,
    });
  }

  #captured(success: boolean, outcome: Outcome): Captured | null {
    const captured = this.#response.captured(success, outcome);
    if (captured === null) return null;
    const requestBody = this.#body === null ? null : Buffer.from(this.#body);
    return { identity: this.outgoing.identity, requestBody, ...captured };
  }
}

const SUCCESS = { success: true, failureMessage: '' };
const NO_RESPONSES: readonly CheckedExchange[] = [];
const FAILURE = { success: false, failureMessage: '' };

/** The result of a sample without assertions. */
function unchecked(isSuccess: boolean): Checked {
  return isSuccess ? SUCCESS : FAILURE;
}
