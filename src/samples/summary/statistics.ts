import { NON_HTTP_CODE, type Outcome } from '../outcome.ts';
import type { Sample } from '../sample.ts';

/**
 * Maximum number of different responses that are counted separately. A server could send an unlimited number
 * of different responses.
 */
const MAX_RESPONSES = 100;
const MAX_TEXT_LENGTH = 200;
const OTHER = 'other';

export interface ResponseCount {
  readonly responseCode: string;
  readonly responseMessage: string;
  readonly outcome: Outcome;
  count: number;
}

export interface StatisticsSummary {
  readonly samples: number;
  readonly acked: number;
  readonly rejected: number;
  readonly indeterminate: number;
  /** Number of samples with JMeter's success: status 200 to 399, and no failed assertion. All others failed. */
  readonly succeeded: number;
  readonly failed: number;
  readonly bytes: number;
  readonly sentBytes: number;
  /** Start of the first sample and end of the last one, in epoch milliseconds. Null without samples. */
  readonly firstStartMs: number | null;
  readonly lastEndMs: number | null;
  readonly throughputPerSecond: number;
  /** The different responses with their counts, the most frequent first. */
  readonly responses: readonly Readonly<ResponseCount>[];
}

const REFUSED = `${NON_HTTP_CODE}org.apache.http.conn.HttpHostConnectException`;

/** Whether every connection was refused, which means that nothing listens at the address. */
export function isAllRefused({ samples, responses }: StatisticsSummary): boolean {
  return samples > 0 && responses.every(({ responseCode }) => responseCode === REFUSED);
}

type CountedSample = Pick<
  Sample,
  'timeStampMs' | 'elapsedMs' | 'responseCode' | 'responseMessage' | 'success' | 'bytes' | 'sentBytes'
>;

/** Counts samples by outcome and by response in bounded memory. */
export class Statistics {
  readonly #outcomes: Record<Outcome, number> = { acked: 0, rejected: 0, indeterminate: 0 };
  readonly #responses = new Map<string, ResponseCount>();
  #samples = 0;
  #succeeded = 0;
  #bytes = 0;
  #sentBytes = 0;
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  add(sample: CountedSample, outcome: Outcome): void {
    this.addTransaction(sample);
    this.#outcomes[outcome] += 1;
    this.#responseOf(sample, outcome).count += 1;
  }

  /** Adds the sample of a transaction, which JMeter counts like a request. A transaction has no outcome. */
  addTransaction(sample: CountedSample): void {
    this.#samples += 1;
    if (sample.success) this.#succeeded += 1;
    this.#bytes += sample.bytes;
    this.#sentBytes += sample.sentBytes;
    this.#firstStartMs = Math.min(this.#firstStartMs, sample.timeStampMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, sample.timeStampMs + sample.elapsedMs);
  }

  get samples(): number {
    return this.#samples;
  }

  countOf(outcome: Outcome): number {
    return this.#outcomes[outcome];
  }

  get failed(): number {
    return this.#samples - this.#succeeded;
  }

  /** Number of requests that were not acknowledged. A transaction is no request. */
  get unacked(): number {
    return this.#outcomes.rejected + this.#outcomes.indeterminate;
  }

  summary(): StatisticsSummary {
    const spanMs = this.#lastEndMs - this.#firstStartMs;
    return {
      samples: this.#samples,
      ...this.#outcomes,
      succeeded: this.#succeeded,
      failed: this.failed,
      bytes: this.#bytes,
      sentBytes: this.#sentBytes,
      firstStartMs: this.#samples === 0 ? null : this.#firstStartMs,
      lastEndMs: this.#samples === 0 ? null : this.#lastEndMs,
      throughputPerSecond: spanMs > 0 ? this.#samples / (spanMs / 1000) : 0,
      responses: [...this.#responses.values()].sort((a, b) => b.count - a.count),
    };
  }

  /**
   * Returns the entry for a response. If there are too many different responses, further responses share one entry for
   * each outcome.
   */
  #responseOf({ responseCode, responseMessage }: CountedSample, outcome: Outcome): ResponseCount {
    const key = `${outcome} ${responseCode} ${responseMessage}`;
    const known = this.#responses.get(key);
    if (known !== undefined) return known;
    if (this.#responses.size < MAX_RESPONSES)
      return this.#newResponse(key, responseCode, responseMessage, outcome);
    const other = `${outcome} ${OTHER}`;
    return this.#responses.get(other) ?? this.#newResponse(other, OTHER, '', outcome);
  }

  #newResponse(key: string, code: string, message: string, outcome: Outcome): ResponseCount {
    const response = {
      responseCode: code.slice(0, MAX_TEXT_LENGTH),
      responseMessage: message.slice(0, MAX_TEXT_LENGTH),
      outcome,
      count: 0,
    };
    this.#responses.set(key, response);
    return response;
  }
}
