import type { Capacity } from '../capacity/capacity.ts';
import { plural } from '../plural.ts';
import { ackedSamplesOf } from '../runs/acked-samples-of.ts';
import type { CompareRecord, CompareRow } from '../runs/documents/compare-json.ts';
import {
  type ObservedEnd,
  type ObservedService,
  readObservedService,
} from '../runs/documents/observed-service-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { AckedSamples } from '../samples/latency/acked-samples.ts';
import { leastInstances } from '../size/least.ts';
import { type Ahead, DEFAULT_SEED, type LindleyResult, lindley } from '../size/model/lindley.ts';
import { modelOf } from '../size/model/predict.ts';
import { type Service, serviceOfRate } from '../size/service/service.ts';
import { usersService } from './modelled-service.ts';
import { type Figures, groupFigures, queueFigures, rounded } from './observed-figures.ts';
import { failedRows } from './rows.ts';

/** What the user says about the service: its capacity, and a limit for the waiting time. */
export interface Claim {
  readonly capacity: Capacity;
  /** Longest allowed time from the arrival of a message until it is processed. */
  readonly maxWaitMs: number;
}

/**
 * Maximum number of messages that waited before the run. With more messages, qbl makes no prediction, because the model
 * simulates each of these messages.
 */
const MOST_AHEAD = 10_000_000;
/**
 * Number of attempts that the model assumes for each message. By default, `qbl consume` also makes at most three
 * attempts.
 */
const MAX_ATTEMPTS = 3;

/**
 * Compares the observations of the user's own service with the model. Null if no service was observed, or if the
 * observation did not end.
 * @param claim the capacity and the limit that the user states for the service; if null, the model uses the measured
 * rate
 * @throws QblError when a file of the run cannot be read
 */
export async function compareObserved(folder: RunFolder, claim: Claim | null): Promise<CompareRecord | null> {
  const observed = await readObservedService(folder);
  if (observed === null || observed.end === null) return null;
  const { end, startedAt } = observed;
  const samples = await ackedSamplesOf(folder);
  const service = modelOfService(claim, end, samples);
  const ahead = { messages: end.waitingBefore, atMs: Date.parse(startedAt) };
  const prediction =
    service === null || end.waitingBefore > MOST_AHEAD ? null : predicted(samples, service, ahead);
  const { done, rows, notes } = figuresOf(observed, samples.firstStartMs, prediction);
  return {
    schema: 'qbl.compare/1',
    title: 'Load leveling by the queue',
    columns: ['queue', 'predicted'],
    rows: [...failedRows(samples, prediction !== null), ...rows, ...instanceRows(claim, samples)],
    notes: [
      ...(samples.unclear === null ? [] : [samples.unclear]),
      ...notes,
      ...(end.waitingBefore > MOST_AHEAD ? [] : [modelNote(claim, end, done)]),
      ...aheadNotes(end),
    ],
  };
}

function figuresOf(
  observed: ObservedService,
  firstStartMs: number,
  prediction: LindleyResult | null,
): Figures {
  return observed.observedBy === 'group'
    ? groupFigures(observed, firstStartMs, prediction)
    : queueFigures(observed, firstStartMs, prediction);
}

function modelOfService(claim: Claim | null, end: ObservedEnd, { timesMs }: AckedSamples): Service | null {
  if (claim !== null) {
    const settings = { ...claim.capacity, maxAttempts: MAX_ATTEMPTS };
    return usersService(settings, timesMs[0] ?? 0);
  }
  return end.drainRate === null ? null : serviceOfRate(end.drainRate.perSecond, []);
}

function predicted({ timesMs }: AckedSamples, service: Service, ahead: Ahead): LindleyResult | null {
  return timesMs.length === 0 ? null : lindley(timesMs, service, DEFAULT_SEED, ahead);
}

/**
 * Returns the rows about the number of instances. These rows need the capacity of one instance, which only the user
 * knows. So there are no such rows if the user did not state a capacity (`claim` is null).
 */
function instanceRows(claim: Claim | null, { timesMs }: AckedSamples): CompareRow[] {
  const service =
    claim === null ? null : usersService({ ...claim.capacity, maxAttempts: MAX_ATTEMPTS }, timesMs[0] ?? 0);
  if (claim === null || service === null || timesMs.length === 0) return [];
  const bound = { maxWaitMs: claim.maxWaitMs, percentile: 100 };
  const least = leastInstances(modelOf({ kind: 'times', timesMs }), service, bound);
  if (least === null) return [];
  return [{ name: 'cost: instances needed for --max-wait', unit: '', benefit: 'cost', cells: [null, least] }];
}

function modelNote(claim: Claim | null, { drainRate }: ObservedEnd, done: string): string {
  if (claim !== null)
    return "Lindley's recursion predicts the figures from the times of the acks and the capacity that you gave. qbl did not measure this capacity.";
  if (drainRate === null)
    return 'No prediction: while messages waited, qbl saw too little progress of the service to measure its rate. Give its capacity with --service-rate or --work.';
  const { perSecond, messages, fromMs, toMs } = drainRate;
  return `Lindley's recursion predicts the figures from the times of the acks and the measured rate: ${done} ${messages.toLocaleString('en')} messages in ${rounded((toMs - fromMs) / 1000)} s (${rounded(perSecond)} a second) while messages waited.`;
}

function aheadNotes({ waitingBefore }: ObservedEnd): string[] {
  if (waitingBefore === 0) return [];
  const model =
    waitingBefore > MOST_AHEAD
      ? 'There is no prediction, because the model cannot simulate so many messages.'
      : 'The model processes these messages before the messages of the run.';
  return [`${plural(waitingBefore, 'message')} waited for the service before the run. ${model}`];
}
