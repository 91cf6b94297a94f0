import { QblError } from '../error.ts';
import { startTogether } from '../plan/groups/stages.ts';
import { ackedSamplesOf } from '../runs/acked-samples-of.ts';
import { type DirectRecord, readDirect } from '../runs/documents/direct-json.ts';
import { readRun } from '../runs/documents/run-json.ts';
import type { ServiceSettings } from '../runs/documents/service-json.ts';
import { directRun, type RunFolder, runFiles } from '../runs/run-folder.ts';
import type { AckedSamples } from '../samples/latency/acked-samples.ts';
import { type Senders, sendersOf } from '../size/arrivals/senders.ts';
import { leastDirectInstances } from '../size/least-direct.ts';
import { type ClosedLoop, closedLoop } from '../size/model/closed-loop.ts';
import type { DirectService } from '../size/service/accepting-service.ts';
import { qblService } from './modelled-service.ts';
import { BOUND_PERCENTILE, keepsBound } from './p99-bound.ts';

/** Limits of the service in the run without a queue, and the latency target of its senders. */
export interface DirectBounds {
  readonly acceptQueue: number;
  readonly timeoutMs: number;
  /** Target for the p99 latency of the senders. The number of instances is computed for this target. */
  readonly p99Ms: number;
}

/** Figures of the run without the queue. */
export interface DirectHalf {
  readonly bounds: DirectBounds;
  readonly samples: AckedSamples;
  readonly service: DirectRecord;
  /** Predicted figures. Null if no service capacity is configured, or if the plan is unknown. */
  readonly prediction: ClosedLoop | null;
  /**
   * Smallest number of instances that keeps the p99 latency within `p99Ms`. Null if no number of instances is
   * enough, or if the model cannot compute the number.
   */
  readonly leastInstances: number | null;
}

/**
 * Reads the figures of the run without a queue.
 * @param settings settings of the service, the same as in the run with the queue
 */
export async function directHalf(
  folder: RunFolder,
  settings: ServiceSettings,
  bounds: DirectBounds,
): Promise<DirectHalf> {
  const own = directRun(folder);
  const samples = await ackedSamplesOf(own);
  const service = await readDirect(own);
  if (service === null) {
    throw new QblError('environment', `qbl direct did not write direct.json in ${own.path}`, {
      hint: `See ${runFiles(own).log('direct')} for the reason.`,
    });
  }
  const record = readRun(own);
  const modelled = qblService(settings, 0);
  const half = { bounds, samples, service };
  // The model starts all threads by their own times. It does not know when the threads of a stage have ended.
  if (record === null || modelled === null || !startTogether(record.plan))
    return { ...half, prediction: null, leastInstances: null };
  const senders = sendersOf(record.plan);
  const asked = { ...modelled, acceptQueue: bounds.acceptQueue, timeoutMs: bounds.timeoutMs };
  return {
    ...half,
    prediction: closedLoop(senders, asked),
    leastInstances: leastOf(senders, asked, half),
  };
}

/**
 * Returns the smallest number of instances that keeps the p99 latency within the target. If the measured run met the
 * target, this number is at most the number of instances of that run.
 */
function leastOf(
  senders: Senders,
  asked: DirectService,
  { bounds, samples }: Pick<DirectHalf, 'bounds' | 'samples'>,
): number | null {
  const bound = { maxWaitMs: bounds.p99Ms, percentile: BOUND_PERCENTILE };
  const knownEnough = keepsBound(samples, bounds.p99Ms) ? asked.instances : null;
  return leastDirectInstances(senders, { ...asked, outages: [] }, bound, knownEnough);
}
