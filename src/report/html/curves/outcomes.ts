import { newHistogram } from '../../../hdr-histogram.ts';
import type { Plan } from '../../../plan/plan.ts';
import { printable } from '../../../printable.ts';
import { readRun } from '../../../runs/documents/run-json.ts';
import { statIfThere } from '../../../runs/regular-file.ts';
import { wrongRowCount } from '../../../runs/rows/row-count.ts';
import { RowOutcomes } from '../../../runs/rows/row-outcomes.ts';
import { type RunFolder, runFiles } from '../../../runs/run-folder.ts';
import { isTransaction, readJtl, type SampleRow } from '../../../samples/jtl/jtl-reader.ts';
import type { Histogram } from '../../../samples/latency/histogram.ts';
import { type Outcome, responseText } from '../../../samples/outcome.ts';
import { Statistics, type StatisticsSummary } from '../../../samples/summary/statistics.ts';
import type { Column, OutcomesData } from '../report-data.ts';
import { type Mergeable, TimeBuckets } from './time-buckets.ts';

const MAX_BUCKETS = 300;
const FIRST_WIDTH_MS = 200;
/**
 * Highest latency in the histogram of a time span. The histogram has whole milliseconds up to one hour, with
 * two digits, and takes 8 KB.
 */
const HIGHEST_MS = 3_600_000;
const DIGITS = 2;
const MAX_RESPONSE_LENGTH = 200;

export interface OutcomeCurves {
  readonly data: OutcomesData;
  readonly statistics: StatisticsSummary;
}

/** The outcomes of a run over time. Reads samples.jtl once. Null if the file does not exist or is empty. */
export async function readOutcomes(
  folder: RunFolder,
  plan: Plan | null,
  startMs: number,
  onRow: (row: SampleRow, outcome: Outcome) => void = () => {},
): Promise<OutcomeCurves | null> {
  const { samples: path } = runFiles(folder);
  // An empty file has no curves. A sender that was killed before its first row leaves an empty file.
  if ((statIfThere(path)?.size ?? 0) === 0) return null;
  const buckets = new TimeBuckets(MAX_BUCKETS, FIRST_WIDTH_MS, () => new OutcomeBucket());
  const statistics = new Statistics();
  const outcomes = new RowOutcomes(plan);
  for await (const rows of readJtl(path)) {
    for (const row of rows) {
      if (isTransaction(row)) {
        statistics.addTransaction(row);
        continue;
      }
      const outcome = outcomes.of(row);
      statistics.add(row, outcome);
      onRow(row, outcome);
      buckets.at(row.timeStampMs + row.elapsedMs - startMs).count(row, outcome);
    }
  }
  const summary = statistics.summary();
  const unclear = wrongRowCount(readRun(folder), summary.samples) ?? outcomes.unclearText;
  return { data: { ...outcomesData(buckets, summary), unclear }, statistics: summary };
}

/** The samples that ended within one time span. */
class OutcomeBucket implements Mergeable<OutcomeBucket> {
  readonly outcomes: Record<Outcome, number> = { acked: 0, rejected: 0, indeterminate: 0 };
  readonly #elapsed: Histogram = newHistogram(1, HIGHEST_MS, DIGITS);

  count({ elapsedMs }: SampleRow, outcome: Outcome): void {
    this.outcomes[outcome] += 1;
    this.#elapsed.recordValue(Math.min(elapsedMs, HIGHEST_MS));
  }

  add(other: OutcomeBucket): void {
    this.outcomes.acked += other.outcomes.acked;
    this.outcomes.rejected += other.outcomes.rejected;
    this.outcomes.indeterminate += other.outcomes.indeterminate;
    this.#elapsed.add(other.#elapsed);
  }

  percentileMs(percentile: number): number | null {
    return this.#elapsed.totalCount === 0 ? null : this.#elapsed.getValueAtPercentile(percentile);
  }
}

function outcomesData(
  buckets: TimeBuckets<OutcomeBucket>,
  statistics: StatisticsSummary,
): Omit<OutcomesData, 'unclear'> {
  const list = buckets.list();
  const bucketSeconds = buckets.widthMs / 1000;
  const perSecond = (outcome: Outcome): Column =>
    list.map(({ value }) => round(value.outcomes[outcome] / bucketSeconds));
  return {
    seconds: list.map(({ fromMs }) => round(fromMs / 1000 + bucketSeconds / 2)),
    bucketSeconds,
    ackedPerSecond: perSecond('acked'),
    rejectedPerSecond: perSecond('rejected'),
    indeterminatePerSecond: perSecond('indeterminate'),
    p50Ms: list.map(({ value }) => value.percentileMs(50)),
    p99Ms: list.map(({ value }) => value.percentileMs(99)),
    responses: statistics.responses.map(({ outcome, responseCode, responseMessage, count }) => ({
      outcome,
      response: printable(responseText(responseCode, responseMessage), MAX_RESPONSE_LENGTH),
      count,
    })),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
