import { compare } from '../../../comparison/comparison.ts';
import { printable } from '../../../printable.ts';
import { type CompareRecord, DIRECT_COLUMN, readCompare } from '../../../runs/documents/compare-json.ts';
import { readRun } from '../../../runs/documents/run-json.ts';
import { readSummary } from '../../../runs/documents/summary-json.ts';
import { directRun, type RunFolder } from '../../../runs/run-folder.ts';
import { MAX_ACKED_SAMPLES } from '../../../samples/latency/acked-samples.ts';
import { lowerBoundText } from '../../figures.ts';
import { type OutcomeCurves, readOutcomes } from '../curves/outcomes.ts';
import type { BenefitData, Column, ComparisonTable, FailuresData, OutcomesData } from '../report-data.ts';
import { timeOriginOf } from './origin.ts';

const MAX_ROWS = 200;
const MAX_COLUMNS = 20;
const MAX_TEXT_LENGTH = 2000;

/**
 * Returns the benefit of the queue, from compare.json and the samples of the run without a queue. If there is
 * no compare.json, the benefit is computed from the other files of the run.
 */
export async function readBenefit(
  folder: RunFolder,
  outcomes: OutcomeCurves | null,
): Promise<BenefitData | null> {
  const comparison =
    (await readCompare(folder)) ?? (isComparable(outcomes) ? await compare(folder, null) : null);
  if (comparison === null) return null;
  const without = comparison.columns.includes(DIRECT_COLUMN) ? await readWithoutQueue(folder) : null;
  return {
    table: tableOf(comparison),
    failures: outcomes === null || without === null ? null : failuresData(outcomes.data, without.data),
  };
}

/**
 * Whether the run has few enough acknowledged samples for the comparison. The comparison keeps the time of
 * each sample in memory.
 */
function isComparable(outcomes: OutcomeCurves | null): boolean {
  return outcomes !== null && outcomes.statistics.acked <= MAX_ACKED_SAMPLES;
}

/**
 * Reads the run without a queue that belongs to this run. Null if there is no such run: its folder can be missing, or
 * can contain a run of another kind.
 */
async function readWithoutQueue(folder: RunFolder): Promise<OutcomeCurves | null> {
  const direct = directRun(folder);
  const record = readRun(direct);
  if (record?.experiment?.direct !== true) return null;
  return readOutcomes(direct, record.plan, timeOriginOf(record, await readSummary(direct)));
}

/**
 * Returns the failed requests of both runs, counted in equal time spans. The longer run determines the width
 * of a span.
 */
export function failuresData(withQueue: OutcomesData, withoutQueue: OutcomesData): FailuresData {
  const width = Math.max(withQueue.bucketSeconds, withoutQueue.bucketSeconds);
  const [first, second] = [failedPerSecond(withQueue, width), failedPerSecond(withoutQueue, width)];
  const seconds = Array.from({ length: Math.max(first.length, second.length) }, (_, index) =>
    round((index + 0.5) * width),
  );
  return {
    seconds,
    withQueuePerSecond: seconds.map((_, index) => first[index] ?? null),
    withoutQueuePerSecond: seconds.map((_, index) => second[index] ?? null),
  };
}

function failedPerSecond(data: OutcomesData, widthSeconds: number): Column {
  const { bucketSeconds, rejectedPerSecond, indeterminatePerSecond } = data;
  const failed = rejectedPerSecond.map(
    (rejected, index) => (rejected ?? 0) + (indeterminatePerSecond[index] ?? 0),
  );
  const each = Math.round(widthSeconds / bucketSeconds);
  return Array.from({ length: Math.ceil(failed.length / each) }, (_, index) => {
    const spans = failed.slice(index * each, (index + 1) * each);
    return round(spans.reduce((sum, value) => sum + value, 0) / each);
  });
}

export function tableOf({ title, columns, rows, notes }: CompareRecord): ComparisonTable {
  const text = (value: string) => printable(value, MAX_TEXT_LENGTH);
  return {
    title: text(title),
    columns: columns.slice(0, MAX_COLUMNS).map(text),
    rows: rows.slice(0, MAX_ROWS).map(({ name, unit, benefit, cells }) => ({
      name: text(name),
      unit: text(unit),
      benefit,
      cells: cells
        .slice(0, MAX_COLUMNS)
        .map((cell) => (typeof cell === 'string' ? text(lowerBoundText(cell)) : cell)),
    })),
    notes: notes.slice(0, MAX_ROWS).map(text),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
