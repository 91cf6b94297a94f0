import { QblError } from '../error.ts';
import type { CompareRecord, CompareRow } from '../runs/compare-json.ts';
import { type DirectRecord, readDirect } from '../runs/direct-json.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { readService, type ServiceEnd } from '../runs/service-json.ts';
import { readSummary, type SummaryRecord } from '../runs/summary-json.ts';
import { readAckedTimes } from '../samples/acked-times.ts';
import { leastInstances } from '../size/least.ts';
import { type Model, modelOf, type Prediction, predictionOf } from '../size/predict.ts';
import { directFolder } from './direct.ts';
import { modelledService, type RunDirect, type RunService } from './service.ts';

interface WithQueue {
  readonly summary: SummaryRecord;
  readonly end: ServiceEnd;
  readonly prediction: Prediction;
  readonly model: Model;
}

interface Direct {
  readonly summary: SummaryRecord;
  readonly service: DirectRecord;
  readonly bound: RunDirect;
  /** Instances for the bound; null: no number keeps it. */
  readonly instances: number | null;
}

/** Percentile of the bound on the wait. */
const BOUND_PERCENTILE = 99;

/**
 * What the queue bought, measured and predicted, and beside it the same without a queue where that was run.
 * Null: the service did not stop in good order, and has left no figures.
 * @throws QblError when a file of the run cannot be read
 */
export async function compare(folder: RunFolder, service: RunService): Promise<CompareRecord | null> {
  const queue = await withQueue(folder, service);
  if (queue === null) return null;
  const direct = service.direct === null ? null : await without(folder, service, service.direct, queue);
  return {
    schema: 'qbl.compare/1',
    title: direct === null ? 'What the queue levels' : 'With the queue and without',
    columns: direct === null ? COLUMNS.slice(0, 2) : COLUMNS,
    rows: ROWS.map((row) => rowOf(row, queue, direct, service)),
    notes: notesOf(service),
  };
}

async function withQueue(folder: RunFolder, service: RunService): Promise<WithQueue | null> {
  const end = (await readService(folder))?.end ?? null;
  if (end === null) return null;
  const { timesMs } = await readAckedTimes(runFiles(folder).samples);
  const model = modelOf({ kind: 'times', timesMs });
  const modelled = modelledService(service, timesMs[0] ?? 0);
  const prediction = predictionOf(model.of(modelled));
  return { summary: left(await readSummary(folder), 'summary.json', folder), end, prediction, model };
}

async function without(
  folder: RunFolder,
  service: RunService,
  bound: RunDirect,
  { model }: WithQueue,
): Promise<Direct> {
  const own = directFolder(folder);
  // What the proxy took at once is what the senders would offer a service that is quick enough.
  const offered = modelledService({ ...service, outages: [] }, 0);
  const instances = leastInstances(model, offered, {
    maxWaitMs: bound.p99Ms,
    percentile: BOUND_PERCENTILE,
  });
  return {
    summary: left(await readSummary(own), 'summary.json', own),
    service: left(await readDirect(own), 'direct.json', own),
    bound,
    instances,
  };
}

/** @throws QblError 'environment' when the process that should have left the file did not come so far */
function left<T>(record: T | null, file: string, { path }: RunFolder): T {
  if (record !== null) return record;
  throw new QblError('environment', `no ${file} in ${path}: the process that writes it did not come so far`);
}

const COLUMNS = ['queue', 'predicted', 'direct', 'predicted'];

type Cell = number | null;

/** A figure of each column; one that is left out does not exist. */
interface Row {
  readonly name: string;
  readonly unit: string;
  readonly queue?: (queue: WithQueue, service: RunService) => Cell;
  readonly queuePredicted?: (queue: WithQueue, service: RunService) => Cell;
  readonly direct?: (direct: Direct) => Cell;
  readonly directPredicted?: (direct: Direct) => Cell;
}

const ROWS: readonly Row[] = [
  {
    name: 'availability: failed requests',
    unit: '',
    queue: ({ summary }) => failed(summary),
    direct: ({ summary }) => failed(summary),
  },
  {
    name: '  of so many',
    unit: '',
    queue: ({ summary }) => summary.statistics.samples,
    direct: ({ summary }) => summary.statistics.samples,
  },
  {
    name: '  latency the sender sees, p50',
    unit: 'ms',
    queue: ({ summary }) => summary.latencyMs.p50,
    direct: ({ summary }) => summary.latencyMs.p50,
  },
  {
    name: '  latency the sender sees, p99',
    unit: 'ms',
    queue: ({ summary }) => summary.latencyMs.p99,
    direct: ({ summary }) => summary.latencyMs.p99,
  },
  {
    name: 'scalability: processed',
    unit: 'messages',
    queue: ({ end }) => end.processed,
    queuePredicted: ({ prediction }) => prediction.messages,
    direct: ({ service }) => service.processed,
  },
  {
    name: '  time until all is processed',
    unit: 's',
    queue: ({ summary, end }) => secondsAfterStart(summary, end.lastEndMs),
    queuePredicted: ({ summary, prediction }) => secondsAfterStart(summary, prediction.drainedAtMs),
    direct: ({ summary, service }) => secondsAfterStart(summary, service.lastProcessedAtMs),
  },
  {
    name: '  largest backlog',
    unit: 'messages',
    queue: ({ end }) => end.peakBacklog,
    queuePredicted: ({ prediction }) => prediction.peakBacklog,
    direct: ({ service }) => service.peakPending,
  },
  {
    name: '  longest wait for the service',
    unit: 's',
    queue: ({ end }) => inSeconds(end.longestWaitMs),
    queuePredicted: ({ prediction }) => inSeconds(prediction.longestWaitMs),
  },
  {
    name: 'cost: busiest second',
    unit: 'messages',
    queue: ({ end }) => end.busiestSecond,
    queuePredicted: (_, { ratePerSecond, instances }) =>
      ratePerSecond === null ? null : ratePerSecond * instances,
    direct: ({ service }) => service.busiestSecond,
  },
  {
    name: '  instances that keep the p99 bound',
    unit: '',
    queue: ({ summary }, { direct, instances }) =>
      direct !== null && summary.latencyMs.p99 <= direct.p99Ms ? instances : null,
    directPredicted: ({ instances }) => instances,
  },
];

function rowOf(row: Row, queue: WithQueue, direct: Direct | null, service: RunService): CompareRow {
  const { name, unit } = row;
  const cells = [row.queue?.(queue, service) ?? null, row.queuePredicted?.(queue, service) ?? null];
  if (direct === null) return { name, unit, cells };
  const without = [row.direct?.(direct) ?? null, row.directPredicted?.(direct) ?? null];
  return { name, unit, cells: [...cells, ...without] };
}

const SHARES =
  'The model has one line of messages for all instances. Kafka shares out partitions, where an instance may have more than another.';

function notesOf({ direct, instances }: RunService): string[] {
  const model = [
    "Predicted: Lindley's recursion over the times at which the messages were acked, with the service as it was asked for.",
    ...(instances === 1 ? [] : [SHARES]),
  ];
  if (direct === null) return model;
  return [
    ...model,
    `The bound on the sender's p99 is ${direct.p99Ms} ms. With the queue the sender waits for the proxy alone, however many instances there are; without it, predicted for the load that the queue took, outages aside.`,
    `Without the queue at most ${direct.acceptQueue} requests wait, each for at most ${direct.timeoutMs} ms; a request that fails is not processed.`,
  ];
}

/** Not acked: neither a definite no nor an unknown outcome has done the sender's work. */
function failed({ statistics }: SummaryRecord): number {
  return statistics.rejected + statistics.indeterminate;
}

function secondsAfterStart({ statistics }: SummaryRecord, atMs: number | null): number | null {
  return atMs === null || statistics.firstStartMs === null ? null : inSeconds(atMs - statistics.firstStartMs);
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
