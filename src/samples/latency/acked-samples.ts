import { formatCount } from '../../count.ts';
import { QblError } from '../../error.ts';
import { readJtl, type SampleRow } from '../jtl/jtl-reader.ts';
import type { Outcome } from '../outcome.ts';
import { type Histogram, newLatencyHistogram, recordLatencyMs } from './histogram.ts';

/** Maximum number of samples. Each sample needs 8 bytes, and 16 bytes while the list grows. */
export const MAX_ACKED_SAMPLES = 2 ** 24;

export interface AckedSamples {
  /**
   * The end time of each acknowledged sample that sent a message, in epoch milliseconds, ascending. By then, the message
   * was in the queue.
   */
  readonly timesMs: Float64Array;
  /**
   * The end time of each acknowledged sample, in epoch milliseconds, ascending. Includes samples of requests that send
   * no message.
   */
  readonly ackedTimesMs: Float64Array;
  /** Time from the start to the end of each acknowledged sample. */
  readonly latency: Histogram;
  /** Number of all samples, including those that were not acknowledged. */
  readonly samples: number;
  /** Number of the samples that sent a message. */
  readonly messages: number;
  /** Start of the earliest sample. Infinity if there are no samples. */
  readonly firstStartMs: number;
  /** Why the outcome of some samples is unclear or missing, as a sentence. Null if every outcome is clear. */
  readonly unclear: string | null;
}

/** What the plan of a run says about the rows of the samples file. */
export interface RowsOfPlan {
  of(row: SampleRow): Outcome;
  sendsMessage(row: SampleRow): boolean;
  readonly unclearText: string | null;
}

/**
 * Reads from a samples file when its messages arrived in the queue, and how long their senders waited.
 * @throws QblError 'usage' if the file is not a JTL file, or has too many rows for memory
 */
export async function readAckedSamples(file: string, outcomes: RowsOfPlan): Promise<AckedSamples> {
  const times = new Times(file);
  const ofRequests = new Times(file);
  let [samples, messages] = [0, 0];
  const latency = newLatencyHistogram();
  let firstStartMs = Number.POSITIVE_INFINITY;
  for await (const rows of readJtl(file)) {
    for (const row of rows) {
      const { timeStampMs, elapsedMs } = row;
      const sendsMessage = outcomes.sendsMessage(row);
      samples++;
      if (sendsMessage) messages++;
      firstStartMs = Math.min(firstStartMs, timeStampMs);
      if (outcomes.of(row) !== 'acked') continue;
      (sendsMessage ? times : ofRequests).add(timeStampMs + elapsedMs);
      recordLatencyMs(latency, elapsedMs);
    }
  }
  const timesMs = times.sorted();
  return {
    timesMs,
    ackedTimesMs: ofRequests.isEmpty ? timesMs : ofRequests.sorted(timesMs),
    latency,
    samples,
    messages,
    firstStartMs,
    unclear: outcomes.unclearText,
  };
}

class Times {
  readonly #file: string;
  #times = new Float64Array(1024);
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(ms: number): void {
    if (this.#count === this.#times.length) this.#times = doubled(this.#times, this.#file);
    this.#times[this.#count++] = ms;
  }

  sorted(others: Float64Array = new Float64Array(0)): Float64Array {
    const all = new Float64Array(this.#count + others.length);
    all.set(this.#times.subarray(0, this.#count));
    all.set(others, this.#count);
    return all.sort();
  }
}

function doubled(times: Float64Array<ArrayBuffer>, file: string): Float64Array<ArrayBuffer> {
  if (times.length >= MAX_ACKED_SAMPLES) {
    throw new QblError(
      'usage',
      `${file} has more than ${formatCount(MAX_ACKED_SAMPLES)} acknowledged samples`,
    );
  }
  const larger = new Float64Array(times.length * 2);
  larger.set(times);
  return larger;
}
