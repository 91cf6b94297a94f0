import { asJsHistogram } from '../../hdr-histogram.ts';
import type { Histogram, LatencyMs } from '../../samples/latency/histogram.ts';
import { formatCount, formatMs } from '../figures.ts';
import { flow } from './layout.ts';
import { alignedTable } from './table.ts';

const MAX_ROWS = 12;
const BAR_WIDTH = 40;
const LEAST_BAR_WIDTH = 8;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Returns percentiles on one line, or on several lines if the terminal is too narrow. */
export function percentilesText(latency: LatencyMs, columns: number | null): string {
  const { min, mean, p50, p90, p99, p999, max } = latency;
  const figures = Object.entries({ min, mean, p50, p90, p99, 'p99.9': p999, max });
  return flow([...figures.map(([name, ms]) => `${name} ${formatMs(ms)}`), '(ms)'], columns);
}

/** Returns a histogram with one bar for each range of latencies. The edges are 1, 2 and 5 in each decade. */
export function histogramText(histogram: Histogram, columns: number | null): string {
  const rows = mergeDown(spans(histogram), MAX_ROWS);
  const most = Math.max(...rows.map(({ count }) => count));
  const cells = rows.map(({ fromUs, toUs, count }) => ({
    label: `${formatEdge(fromUs)} – ${formatEdge(toUs)} ms`,
    ratio: count / most,
    count: formatCount(count),
  }));
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const others = widest(cells.map(({ label }) => label)) + widest(cells.map(({ count }) => count)) + 4;
  const width = Math.min(
    BAR_WIDTH,
    Math.max(LEAST_BAR_WIDTH, (columns ?? Number.POSITIVE_INFINITY) - others),
  );
  return alignedTable(
    cells.map(({ label, ratio, count }) => [label, bar(ratio, width), count]),
    ['right', 'left', 'right'],
  );
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
  readonly count: number;
}

/** Returns all ranges from the first to the last used one, including empty ranges. */
function spans(histogram: Histogram): Span[] {
  const counts = new Map<number, number>();
  for (const [valueUs, count] of recorded(histogram)) {
    const step = stepOf(valueUs);
    counts.set(step, (counts.get(step) ?? 0) + count);
  }
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  return Array.from({ length: counts.size === 0 ? 0 : last - first + 1 }, (_, i) => ({
    fromUs: stepStartUs(first + i),
    toUs: stepStartUs(first + i + 1),
    count: counts.get(first + i) ?? 0,
  }));
}

function* recorded(histogram: Histogram): Generator<[number, number]> {
  const counts = asJsHistogram(histogram);
  for (let index = 0; index < counts.countsArrayLength; index++) {
    const count = counts.getCountAtIndex(index);
    if (count > 0) yield [counts.valueFromIndex(index), count];
  }
}

/**
 * Writes an edge of a histogram's bar in milliseconds. Edges are round numbers such as 0.005, 0.5, 20 and
 * 1,000, so each has one digit that is not zero.
 */
function formatEdge(us: number): string {
  return us < 1000 ? String(us / 1000) : formatCount(us / 1000);
}

const STEPS = [1, 2, 5];

function stepStartUs(step: number): number {
  return (STEPS[step % 3] ?? 1) * 10 ** Math.floor(step / 3);
}

function stepOf(valueUs: number): number {
  let step = 0;
  while (stepStartUs(step + 1) <= valueUs) step++;
  return step;
}

/** Merges neighbouring rows until there are at most `most` rows. */
function mergeDown(rows: Span[], most: number): Span[] {
  const perRow = Math.ceil(rows.length / most);
  const merged: Span[] = [];
  for (let i = 0; i < rows.length; i += perRow) {
    const group = rows.slice(i, i + perRow);
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) continue;
    merged.push({
      fromUs: first.fromUs,
      toUs: last.toUs,
      count: group.reduce((sum, { count }) => sum + count, 0),
    });
  }
  return merged;
}

function bar(ratio: number, width: number): string {
  const eighths = ratio > 0 ? Math.max(1, Math.round(ratio * width * 8)) : 0;
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
