import { StringDecoder } from 'node:string_decoder';
import type { HideSecrets } from '../../runs/hide-secrets.ts';
import { MAX_TRACED_BODY_BYTES, type TracedSample } from '../../runs/rows/trace.ts';
import { maskedValue } from '../../runs/secrets.ts';
import { failureText, type Outcome } from '../../samples/outcome.ts';
import type { Sample } from '../../samples/sample.ts';
import type { Captured, CaptureRule } from '../exchange/capture.ts';
import type { TargetRequest } from '../exchange/request.ts';

type Headers = TracedSample['sent']['headers'];

export interface TraceSink extends CaptureRule {
  write(sample: TracedSample): void;
}

/** Writes the first requests and responses of a run in full. Values of credentials are masked. */
export class Tracer implements CaptureRule {
  readonly #sink: TraceSink;
  readonly #redacted: readonly string[];

  /** @param redacted names of headers with secret values, in addition to the well-known ones */
  constructor(sink: TraceSink, redacted: readonly string[]) {
    this.#sink = sink;
    this.#redacted = redacted;
  }

  wants(failure: boolean): boolean {
    return this.#sink.wants(failure);
  }

  trace(sample: Sample, outcome: Outcome, request: TargetRequest, captured: Captured): void {
    const failure = failureText(sample.responseMessage);
    this.#sink.write({
      thread: sample.threadName,
      ...(sample.threadGroup === undefined ? {} : { threadGroup: sample.threadGroup }),
      loop: sample.loop,
      request: captured.identity.request,
      label: sample.label,
      atMs: sample.timeStampMs,
      elapsedMs: sample.elapsedMs,
      outcome,
      success: sample.success,
      failure,
      ...(sample.success || sample.failureMessage === '' ? {} : { assertion: sample.failureMessage }),
      sent: this.#sent(request, captured),
      received: this.#received(request, captured, failure !== null),
    });
  }

  #sent(request: TargetRequest, { requestBody }: Captured): TracedSample['sent'] {
    const written: Headers = [['host', new URL(request.origin.url).host]];
    const length: Headers = requestBody === null ? [] : [['content-length', String(requestBody.length)]];
    return {
      method: request.method,
      url: request.shownUrl,
      headers: [...written, ...this.#pairs(request.headers, request.hide), ...length],
      body: requestBody === null ? null : bodyText(requestBody, requestBody.length),
    };
  }

  #received({ hide }: TargetRequest, captured: Captured, isIncomplete: boolean): TracedSample['received'] {
    const { status, statusText, responseHeaders, responseBody, responseBodyBytes } = captured;
    if (status === 0) return null;
    const body = bodyText(responseBody, responseBodyBytes);
    const isCut = isIncomplete || responseBodyBytes > MAX_TRACED_BODY_BYTES;
    return {
      status,
      reason: hide(statusText),
      headers: this.#pairs(
        responseHeaders.map((part) => part.toString('latin1')),
        hide,
      ),
      body: { ...body, text: hide(body.text, isCut) },
    };
  }

  #pairs(namesAndValues: readonly string[], hide: HideSecrets): Headers {
    return namesAndValues.flatMap((name, index) => {
      if (index % 2 === 1) return [];
      return [[name, maskedValue(name, hide(namesAndValues[index + 1] ?? ''), this.#redacted)] as const];
    });
  }
}

/** Decodes bytes as UTF-8. Bytes that are not UTF-8 become U+FFFD. A character that the limit divides is left out. */
function bodyText(bytes: Buffer, wholeLength: number): { text: string; bytes: number } {
  const decoder = new StringDecoder('utf8');
  const text = decoder.write(bytes.subarray(0, MAX_TRACED_BODY_BYTES));
  return { text: wholeLength > MAX_TRACED_BODY_BYTES ? text : text + decoder.end(), bytes: wholeLength };
}
