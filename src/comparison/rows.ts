import type { CompareRow } from '../runs/documents/compare-json.ts';
import { provenClockAheadMs } from '../runs/documents/service-json.ts';
import type { AckedSamples } from '../samples/latency/acked-samples.ts';
import { percentileMs } from '../samples/latency/histogram.ts';
import { BusiestSecond } from '../size/model/busiest-second.ts';
import type { ClosedLoopResult } from '../size/model/closed-loop.ts';
import { atLeastIf, type Cell } from './cell.ts';
import type { DirectHalf } from './direct-half.ts';
import { keepsBound } from './p99-bound.ts';
import { isDrainTooShort } from './processed.ts';
import type { QueueHalf, QueuePrediction } from './queue-half.ts';

/**
 * A row of the comparison. Each function computes the cell of one column. If the function of a column is missing,
 * the cell stays empty.
 */
interface Row extends Omit<CompareRow, 'cells'> {
  readonly queue?: (queue: QueueHalf) => Cell;
  readonly queuePredicted?: (prediction: QueuePrediction, queue: QueueHalf) => Cell;
  readonly direct?: (direct: DirectHalf, queue: QueueHalf) => Cell;
  readonly directPredicted?: (direct: DirectHalf) => Cell;
}

const FAILED_REQUESTS = 'availability: failed requests';
const IN_TOTAL = '  of (in total)';
const latencyName = (percentile: number) => `  latency of acked requests, p${percentile}`;

/** The rows of the comparison. A row whose name starts with spaces belongs to the row above. */
export const ROWS: readonly Row[] = [
  {
    name: FAILED_REQUESTS,
    unit: '',
    benefit: 'availability',
    queue: ({ samples }) => failed(samples),
    queuePredicted: () => 0,
    direct: ({ samples }) => failed(samples),
    directPredicted: inLoop(({ requests, acked }) => requests - acked),
  },
  {
    name: IN_TOTAL,
    unit: '',
    queue: ({ samples }) => samples.samples,
    direct: ({ samples }) => samples.samples,
    directPredicted: inLoop(({ requests }) => requests),
  },
  latencyRow(50),
  latencyRow(99),
  {
    name: 'scalability: processed',
    unit: 'messages',
    queue: ({ processed }) => processed?.messages ?? null,
    queuePredicted: ({ processed }) => processed,
    direct: ({ service }) => service.processed,
    directPredicted: inLoop(({ processed }) => processed),
  },
  {
    name: '  time until all messages are processed',
    unit: 's',
    benefit: 'scalability',
    queue: drainOf,
    queuePredicted: ({ processed, drainedAtMs }, { samples }) =>
      timeUntilAll(samples, samples.messages, processed, drainedAtMs),
    direct: ({ samples, service }) =>
      timeUntilAll(samples, samples.samples, service.processed, service.lastProcessedAtMs),
    directPredicted: inLoop(({ requests, processed, lastProcessedAtMs }) =>
      processed < requests ? 'never' : inSeconds(lastProcessedAtMs),
    ),
  },
  {
    name: '  largest backlog',
    unit: 'messages',
    queue: ({ end }) => end.peakBacklog,
    queuePredicted: ({ peakBacklog }) => peakBacklog,
    direct: ({ service }) => service.peakPending,
    directPredicted: inLoop(({ peakPending }) => peakPending),
  },
  {
    name: '  longest wait for the service',
    unit: 's',
    queue: ({ end, left }) =>
      atLeastIf(provenClockAheadMs(end) !== null || (left ?? 0) > 0, inSeconds(end.longestWaitMs)),
    queuePredicted: ({ longestWaitMs }) => inSeconds(longestWaitMs),
  },
  {
    name: 'cost: attempts started in the busiest second',
    unit: '',
    benefit: 'cost',
    queue: ({ end }) => end.busiestSecond,
    queuePredicted: ({ busiestSecond }) => busiestSecond,
    direct: ({ service }) => service.busiestSecondOfWork,
    directPredicted: inLoop(({ busiestSecondOfWork }) => busiestSecondOfWork),
  },
  {
    name: '  requests received in the busiest second',
    unit: '',
    benefit: 'cost',
    queue: ({ samples }) => busiestSecondOf(samples),
    direct: ({ service }) => service.busiestSecond,
    directPredicted: inLoop(({ busiestSecond }) => busiestSecond),
  },
  {
    name: '  instances needed for --max-wait',
    unit: '',
    benefit: 'cost',
    queue: ({ settings, end, left, maxWaitMs }) =>
      oneInstance(
        settings.instances,
        left === 0 && provenClockAheadMs(end) === null && isWithin(end.longestUntilProcessedMs, maxWaitMs),
      ),
    queuePredicted: (_, { leastInstances }) => leastInstances,
  },
  {
    name: '  instances needed for --p99',
    unit: '',
    benefit: 'cost',
    direct: ({ samples, bounds }, { settings }) =>
      oneInstance(settings.instances, keepsBound(samples, bounds.p99Ms)),
    directPredicted: ({ leastInstances }) => leastInstances,
  },
];

export function rowsOf(queue: QueueHalf, direct: DirectHalf | null): CompareRow[] {
  return ROWS.map((row) => rowOf(row, queue, direct)).filter(hasFigure);
}

export function hasFigure({ cells }: CompareRow): boolean {
  return cells.some((cell) => cell !== null);
}

function rowOf(row: Row, queue: QueueHalf, direct: DirectHalf | null): CompareRow {
  const { name, unit, benefit } = row;
  const { prediction } = queue;
  const cells = [
    row.queue?.(queue) ?? null,
    prediction === null ? null : (row.queuePredicted?.(prediction, queue) ?? null),
  ];
  if (direct === null) return { name, unit, benefit, cells };
  return {
    name,
    unit,
    benefit,
    cells: [...cells, row.direct?.(direct, queue) ?? null, row.directPredicted?.(direct) ?? null],
  };
}

/** Returns the rows that need no figures of a service: failed requests, and the latency of acked requests. */
export function failedRows(samples: AckedSamples, isPredicted: boolean): CompareRow[] {
  const latency = (percentile: number) => ({
    name: latencyName(percentile),
    unit: 'ms',
    benefit: 'availability' as const,
    cells: [latencyMs(samples, percentile), null],
  });
  const rows: CompareRow[] = [
    {
      name: FAILED_REQUESTS,
      unit: '',
      benefit: 'availability',
      cells: [failed(samples), isPredicted ? 0 : null],
    },
    { name: IN_TOTAL, unit: '', cells: [samples.samples, null] },
    latency(50),
    latency(99),
  ];
  return rows.filter(hasFigure);
}

/**
 * Returns a function that computes a cell from the closed-loop prediction. The cell is empty if the model could not
 * follow the run.
 */
function inLoop(figure: (prediction: ClosedLoopResult) => Cell): (direct: DirectHalf) => Cell {
  return ({ prediction }) => (prediction?.kind === 'followed' ? figure(prediction) : null);
}

function latencyRow(percentile: number): Row {
  return {
    name: latencyName(percentile),
    unit: 'ms',
    benefit: 'availability',
    queue: ({ samples }) => latencyMs(samples, percentile),
    direct: ({ samples }) => latencyMs(samples, percentile),
    directPredicted: inLoop(({ acked, latency }) => (acked === 0 ? null : latency.percentileMs(percentile))),
  };
}

function latencyMs({ latency }: AckedSamples, percentile: number): Cell {
  // Rounds the value, because samples have whole milliseconds but a histogram returns the upper end of an
  // interval.
  return latency.totalCount === 0 ? null : Math.round(percentileMs(latency, percentile));
}

/** Number of failed requests: rejected requests, and requests with an unknown outcome. Null if outcomes are unclear. */
function failed({ samples, ackedTimesMs, unclear }: AckedSamples): number | null {
  return unclear === null ? samples - ackedTimesMs.length : null;
}

/**
 * Returns the seconds from the first request until all messages were processed. `never` if some messages were not
 * acked, or were given up.
 * @param sent number of messages, or of requests without a queue
 */
function timeUntilAll(
  { firstStartMs }: AckedSamples,
  sent: number,
  processed: number,
  atMs: number | null,
): Cell {
  if (processed < sent) return 'never';
  return atMs === null || !Number.isFinite(atMs) ? null : (atMs - firstStartMs) / 1000;
}

/** Returns the measured time until all messages are processed, in seconds. */
export function drainOf({ samples, processed, end }: QueueHalf): Cell {
  if (processed === null) return null;
  const drain = timeUntilAll(samples, samples.messages, processed.messages, processed.lastAtMs);
  return atLeastIf(isDrainTooShort(end, processed), drain);
}

function busiestSecondOf({ ackedTimesMs }: AckedSamples): number {
  const busiest = new BusiestSecond();
  for (const ms of ackedTimesMs) busiest.add(ms);
  return busiest.count;
}

/**
 * Returns 1 if the run met the limit with one instance. Otherwise the cell is empty: a run with more instances does not
 * show whether fewer instances would be enough.
 */
function oneInstance(instances: number, isKept: boolean): Cell {
  return instances === 1 && isKept ? 1 : null;
}

function isWithin(ms: number | null, boundMs: number | null): boolean {
  return ms !== null && boundMs !== null && ms <= boundMs;
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
