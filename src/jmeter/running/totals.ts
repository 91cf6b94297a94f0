import type { Plan } from '../../plan/plan.ts';
import { AckTimes } from '../../samples/gaps/ack-times.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { newLatencyHistogram, recordLatencyMs } from '../../samples/latency/histogram.ts';
import { outcomeOf } from '../../samples/outcome.ts';
import { SendTimes } from '../../samples/rate-kept.ts';
import { Statistics } from '../../samples/summary/statistics.ts';
import { SummaryReport } from '../../samples/summary/summary-report.ts';
import { parseThreadName } from '../../samples/thread-name.ts';

/** Adds up the rows of a JTL file, in the same way as blast adds up its requests. */
export class Totals {
  readonly statistics = new Statistics();
  readonly report = new SummaryReport();
  readonly latency = newLatencyHistogram();
  readonly sendTimes = new SendTimes();
  readonly ackTimes = new AckTimes();
  /** Numbers of the thread groups, from 1, that had a failed sample. */
  readonly failedGroups = new Set<number>();
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = 0;

  add(row: SampleRow): void {
    const outcome = outcomeOf(row);
    const endMs = row.timeStampMs + row.elapsedMs;
    this.statistics.add(row, outcome);
    this.ackTimes.add(row.timeStampMs, endMs, outcome === 'acked');
    this.report.add(row);
    this.sendTimes.add(row.timeStampMs);
    recordLatencyMs(this.latency, row.elapsedMs);
    this.#firstStartMs = Math.min(this.#firstStartMs, row.timeStampMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs);
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
  stoppedBy({ threadGroups }: Plan): 'stoptest' | 'stoptestnow' | null {
    const modes = threadGroups
      .filter((_, index) => this.failedGroups.has(index + 1))
      .map(({ onSampleError }) => onSampleError);
    if (modes.includes('stoptestnow')) return 'stoptestnow';
    return modes.includes('stoptest') ? 'stoptest' : null;
  }
}
