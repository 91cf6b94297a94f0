import type { OnSampleError, Plan } from '../../plan/plan.ts';
import { AckTimes } from '../../samples/gaps/ack-times.ts';
import { isTransaction, type SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { newLatencyHistogram, recordLatencyMs } from '../../samples/latency/histogram.ts';
import { outcomeOf } from '../../samples/outcome.ts';
import { SendTimes } from '../../samples/rate-kept.ts';
import { Statistics } from '../../samples/summary/statistics.ts';
import { SummaryReport } from '../../samples/summary/summary-report.ts';
import { parseThreadName } from '../../samples/thread-name.ts';
import { PlaceGaps } from './place-gaps.ts';

/** What the rows of one thread say about its end. */
interface ThreadEnd {
  readonly samples: number;
  /** End of the last failed sample in epoch milliseconds. Null if no sample failed. */
  readonly failedAtMs: number | null;
}

/** Adds up the rows of a JTL file, in the same way as blast adds up its requests. */
export class Totals {
  readonly statistics = new Statistics();
  readonly report = new SummaryReport();
  readonly latency = newLatencyHistogram();
  readonly sendTimes = new SendTimes();
  readonly ackTimes = new AckTimes();
  readonly places = new PlaceGaps();
  /** Numbers of the thread groups, from 1, that had a failed sample. */
  readonly failedGroups = new Set<number>();
  readonly #threads = new Map<string, ThreadEnd>();
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = 0;

  add(row: SampleRow): void {
    const endMs = row.timeStampMs + row.elapsedMs;
    if (isTransaction(row)) this.statistics.addTransaction(row);
    else this.#addRequest(row, endMs);
    this.report.add(row);
    if (row.place) this.places.add(row.place);
    recordLatencyMs(this.latency, row.elapsedMs);
    this.#firstStartMs = Math.min(this.#firstStartMs, row.timeStampMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs);
    this.#addToThread(row, endMs);
    if (!row.success) this.failedGroups.add(parseThreadName(row.threadName)?.group ?? 0);
  }

  /** Start of the first sample in epoch milliseconds. The current time if there are no samples. */
  get startedMs(): number {
    return Math.min(this.#firstStartMs, Date.now());
  }

  /** End of the last sample in epoch milliseconds. */
  get endedMs(): number {
    return Math.max(this.#lastEndMs, this.startedMs);
  }

  /**
   * If a failed sample ended the test, returns the setting onSampleError of its thread group. Null if no failed sample
   * ended the test.
   */
  stoppedBy(plan: Plan): Exclude<OnSampleError, 'continue' | 'startnextloop'> | null {
    const { threadGroups } = plan;
    const modes = threadGroups
      .filter((_, index) => this.failedGroups.has(index + 1))
      .map(({ onSampleError }) => onSampleError);
    if (modes.includes('stoptestnow')) return 'stoptestnow';
    if (modes.includes('stoptest')) return 'stoptest';
    return this.#allThreadsWereCut(plan) ? 'stopthread' : null;
  }

  #addRequest(row: SampleRow, endMs: number): void {
    const outcome = outcomeOf(row);
    this.statistics.add(row, outcome);
    this.ackTimes.add(row.timeStampMs, endMs, outcome === 'acked');
    this.sendTimes.add(row.timeStampMs);
  }

  #addToThread({ threadName, success }: SampleRow, endMs: number): void {
    const { samples = 0, failedAtMs = null } = this.#threads.get(threadName) ?? {};
    this.#threads.set(threadName, { samples: samples + 1, failedAtMs: success ? failedAtMs : endMs });
  }

  /** Whether failed samples ended every thread although requests of the thread were left. */
  #allThreadsWereCut({ threadGroups, rate }: Plan): boolean {
    const pauseMs = rate === null ? 0 : 1000 / rate;
    const wasCut = ([name, { samples, failedAtMs }]: [string, ThreadEnd]) => {
      const group = threadGroups[(parseThreadName(name)?.group ?? 0) - 1];
      if (group?.onSampleError !== 'stopthread' || failedAtMs === null) return false;
      const { loops, requests, durationMs, startDelayMs = 0 } = group;
      const endMs = this.startedMs + startDelayMs + (durationMs ?? Number.POSITIVE_INFINITY);
      return samples < (loops ?? Number.POSITIVE_INFINITY) * requests.length && failedAtMs + pauseMs < endMs;
    };
    return this.#threads.size > 0 && [...this.#threads].every(wasCut);
  }
}
