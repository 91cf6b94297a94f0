import { QblError } from '../../../error.ts';
import { asJsHistogram } from '../../../hdr-histogram.ts';
import { FROM_QUEUE_TAG } from '../../../runs/documents/hops-json.ts';
import { type RunFolder, runFiles } from '../../../runs/run-folder.ts';
import { type Histogram, percentileMs, summariseHistogram } from '../../../samples/latency/histogram.ts';
import { type HlogEntry, readHlog } from '../../../samples/latency/hlog.ts';
import type { LatencySeries } from '../report-data.ts';

/**
 * Number of points of the percentile curve in each step that halves the remaining share of samples, such as from 50 %
 * to 75 %.
 */
const STEPS_TO_HALVE = 4;
const MAX_STEPS = 120;
/** Edges of the bars in each decade. They are the Renard series R10 of ISO 3. */
const EDGES = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];
const MAX_BARS = 60;

const NAMES: Readonly<Record<string, string>> = {
  latency: 'HTTP',
  intended: 'HTTP from the scheduled start',
  e2e: 'end to end',
  committed: 'arrival to commit',
};

/**
 * The latencies of a run: of HTTP requests, from their start and (if the plan has a rate) from their scheduled start;
 * end to end; from the arrival to the commit of an observed service; from the send to each hop, and from the queue to
 * each hop.
 */
export async function readLatency(folder: RunFolder, run: string | null): Promise<LatencySeries[]> {
  const { latency, endToEnd, hops, observedWaits } = runFiles(folder);
  const entries = (await Promise.all([latency, endToEnd, observedWaits].map(histogramsOf))).flat();
  const named = [
    ...entries.map(({ tag, histogram }) => ({ name: NAMES[tag] ?? tag, histogram })),
    ...(await histogramsOf(hops)).map(({ tag, histogram }) => ({ name: hopTimeName(tag), histogram })),
  ];
  return named.flatMap(({ name, histogram }) =>
    histogram.totalCount === 0 ? [] : [latencySeries(name, run, histogram)],
  );
}

function hopTimeName(tag: string): string {
  return tag.startsWith(FROM_QUEUE_TAG)
    ? `queue to hop ${tag.slice(FROM_QUEUE_TAG.length)}`
    : `send to hop ${tag}`;
}

async function histogramsOf(file: string): Promise<HlogEntry[]> {
  return readHlog(file).catch((error: unknown) => {
    if (error instanceof QblError && isAbsent(error.cause)) return [];
    throw error;
  });
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

export function latencySeries(name: string, run: string | null, histogram: Histogram): LatencySeries {
  const { count, min, mean, p50, p90, p95, p99, p999, max } = summariseHistogram(histogram);
  const percentiles = plottedPercentiles(count);
  return {
    name,
    run,
    count,
    figures: Object.entries({ min, mean, p50, p90, p95, p99, 'p99.9': p999, max }).map(([figure, ms]) => ({
      name: figure,
      ms,
    })),
    percentiles,
    ms: percentiles.map((percentile) => percentileMs(histogram, percentile)),
    bars: bars(histogram),
  };
}

/**
 * Returns the percentiles of the curve, from 0 towards 100. The last percentile is so close to 100 that HdrHistogram,
 * which rounds ranks, returns the longest sample.
 */
function plottedPercentiles(count: number): number[] {
  const steps = Math.min(MAX_STEPS, Math.ceil(Math.log2(2 * count) * STEPS_TO_HALVE));
  return Array.from({ length: steps + 1 }, (_, step) => 100 * (1 - 2 ** (-step / STEPS_TO_HALVE)));
}

function bars(histogram: Histogram): LatencySeries['bars'] {
  const counts = new Map<number, number>();
  for (const [valueUs, count] of recorded(histogram)) {
    const edge = edgeBelow(valueUs);
    counts.set(edge, (counts.get(edge) ?? 0) + count);
  }
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  const edgesPerBar = Math.ceil((last - first + 1) / MAX_BARS);
  return Array.from({ length: Math.ceil((last - first + 1) / edgesPerBar) }, (_, index) => {
    const from = first + index * edgesPerBar;
    const inBar = Array.from({ length: edgesPerBar }, (_, offset) => counts.get(from + offset) ?? 0);
    return {
      fromMs: edgeUs(from) / 1000,
      toMs: edgeUs(from + edgesPerBar) / 1000,
      count: inBar.reduce((sum, count) => sum + count, 0),
    };
  });
}

function* recorded(histogram: Histogram): Generator<[number, number]> {
  const counts = asJsHistogram(histogram);
  for (let index = 0; index < counts.countsArrayLength; index++) {
    const count = counts.getCountAtIndex(index);
    if (count > 0) yield [counts.valueFromIndex(index), count];
  }
}

function edgeUs(edge: number): number {
  return (EDGES[edge % EDGES.length] ?? 1) * 10 ** Math.floor(edge / EDGES.length);
}

function edgeBelow(valueUs: number): number {
  let edge = Math.max(0, Math.floor(Math.log10(Math.max(valueUs, 1)) * EDGES.length) - 1);
  while (edgeUs(edge + 1) <= valueUs) edge += 1;
  return edge;
}
