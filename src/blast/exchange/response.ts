import { isTracedFailure, MAX_TRACED_BODY_BYTES } from '../../runs/rows/trace.ts';
import type { Checks } from '../../samples/assertions/checks.ts';
import type { Extraction } from '../../samples/extractors/extraction.ts';
import { type Answered, type Outcome, outcomeOf } from '../../samples/outcome.ts';
import type { Decider } from '../../samples/rules/decide.ts';
import { type JsonBody, jsonBody, MAX_RULE_BODY_BYTES } from '../../samples/rules/json-body.ts';
import type { CompleteResponse } from '../../samples/rules/match.ts';
import { headerValues } from '../wire/response-headers.ts';
import type { Headers } from '../wire/response-listener.ts';
import { BodyCapture, type Captured, type CaptureRule, isFailureStatus } from './capture.ts';

const NO_BODY = Buffer.alloc(0);
const NO_HEADERS = (): Headers => [];

/** What reads the response to one request. Null if the request has no such reader. */
export interface ResponseReaders {
  readonly capture: CaptureRule | null;
  readonly decider: Decider | null;
  readonly checks: Checks | null;
  readonly extraction: Extraction | null;
  /** Present if the request is a redirect. */
  readonly redirectedFrom?: object;
}

/**
 * The response to one request, as far as the response has arrived. Its body is kept only if rules, assertions, extractors or
 * a trace need the body.
 */
export class PendingResponse {
  readonly #capture: CaptureRule | null;
  readonly #decider: Decider | null;
  readonly #checks: Checks | null;
  readonly #extraction: Extraction | null;
  readonly #isRedirect: boolean;
  #kept: BodyCapture | null = null;
  /** Status of the response. 0 before the head has arrived. */
  status = 0;
  statusText = '';
  headers: () => Headers = NO_HEADERS;
  bodyBytes = 0;

  /** Prepares for the response to one request. */
  constructor({ capture, decider, checks, extraction, redirectedFrom }: ResponseReaders) {
    this.#capture = capture;
    this.#decider = decider;
    this.#checks = checks;
    this.#extraction = extraction;
    this.#isRedirect = redirectedFrom !== undefined;
  }

  begin(status: number, statusText: string, headers: () => Headers): void {
    this.status = status;
    this.statusText = statusText;
    this.headers = headers;
    if (this.#isRead()) this.#kept = new BodyCapture(MAX_RULE_BODY_BYTES);
    else if (this.#mayBeTraced()) this.#kept = new BodyCapture(MAX_TRACED_BODY_BYTES);
  }

  /** The beginning of the body, as far as somebody needs the body. */
  get keptBody(): Buffer {
    return this.#kept?.bytes ?? NO_BODY;
  }

  add(chunk: Buffer): void {
    this.bodyBytes += chunk.length;
    this.#kept?.add(chunk);
  }

  /**
   * The outcome of the request. The rules of the request decide, or else the default rule. The response to a redirect
   * proves nothing, because only the request before the redirect carries the message for certain.
   */
  outcomeOf(answered: Answered): Outcome {
    if (this.#isRedirect) return 'indeterminate';
    return this.#decider === null
      ? outcomeOf(answered)
      : this.#decider.decide(answered, this.#asRulesSeeIt());
  }

  /** The part of the trace that the response fills. Null if the request is not traced. */
  captured(success: boolean, outcome: Outcome): Omit<Captured, 'identity' | 'requestBody'> | null {
    if (this.#capture?.wants(isTracedFailure({ success, outcome })) !== true) return null;
    return {
      status: this.status,
      statusText: this.statusText,
      responseHeaders: this.headers(),
      responseBody: this.keptBody,
      responseBodyBytes: this.bodyBytes,
    };
  }

  #isRead(): boolean {
    return (
      this.#decider?.needsBody === true ||
      this.#checks?.needsBody === true ||
      this.#extraction?.needsBody === true
    );
  }

  /** With rules, assertions or a redirect, a response whose status is a success can count as a failure in the trace. */
  #mayBeTraced(): boolean {
    if (this.#capture === null) return false;
    const mayFail = this.#decider !== null || this.#checks !== null || this.#isRedirect;
    return this.#capture.wants(isFailureStatus(this.status)) || (mayFail && this.#capture.wants(true));
  }

  /** Parses the body as JSON when a rule asks for it for the first time. */
  #asRulesSeeIt(): CompleteResponse {
    let parsed: JsonBody | null = null;
    const header = (name: string) => headerValues(this.headers(), name);
    const json = () => {
      parsed ??= jsonBody(this.keptBody, this.bodyBytes, header('content-encoding'));
      return parsed;
    };
    return { status: this.status, header, json };
  }
}
