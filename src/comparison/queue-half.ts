import {
  readService,
  type ServiceEnd,
  type ServicePace,
  type ServiceSettings,
} from '../runs/documents/service-json.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { type AckedSamples, readAckedSamples } from '../samples/latency/acked-samples.ts';
import { leastInstances } from '../size/least.ts';
import { type Ahead, DEFAULT_SEED, lindley } from '../size/model/lindley.ts';
import { modelOf, type Prediction, predictionOf } from '../size/model/predict.ts';
import { givenUpShare } from '../size/service/attempts.ts';
import { modelledService } from './modelled-service.ts';

/** The run with the queue. */
export interface QueueHalf {
  readonly settings: ServiceSettings;
  readonly samples: AckedSamples;
  readonly end: ServiceEnd;
  /** At the pace that the service reached; null: no model knows what the service can do. */
  readonly prediction: QueuePrediction | null;
  /** Within which each message is to be processed after its arrival; null: nothing is asked. */
  readonly maxWaitMs: number | null;
  /** The fewest instances that keep it, outages included; null: no number does, or nothing is asked. */
  readonly leastInstances: number | null;
  /** At the configured pace, where the service missed it; null: it did not. */
  readonly configured: QueuePrediction | null;
}

export interface QueuePrediction extends Prediction {
  /** Those that are not given up. */
  readonly processed: number;
  readonly busiestSecond: number;
}

/** Null: there was no service, or it has left no figures, or only those of its last part. */
export async function queueHalf(folder: RunFolder, maxWaitMs: number | null): Promise<QueueHalf | null> {
  const service = await readService(folder);
  if (service === null || service.end === null || service.earlier.length > 0) return null;
  const samples = await readAckedSamples(runFiles(folder).samples);
  const { options: settings, end } = service;
  const ahead = { messages: end.others, atMs: Date.parse(service.startedAt) };
  const at = (pace: ServicePace | null) => predictionFor(settings, pace, samples.timesMs, ahead);
  const missed = end.pace === null || end.pace.isKept ? null : end.pace;
  return {
    ...{ settings, samples, end, maxWaitMs },
    leastInstances: leastOf(settings, samples.timesMs, maxWaitMs),
    prediction: at(missed),
    configured: missed === null ? null : at(null),
  };
}

function leastOf(settings: ServiceSettings, timesMs: Float64Array, maxWaitMs: number | null): number | null {
  const service = modelledService(settings, timesMs[0] ?? 0);
  if (service === null || maxWaitMs === null || timesMs.length === 0) return null;
  return leastInstances(modelOf({ kind: 'times', timesMs }), service, { maxWaitMs, percentile: 100 });
}

/**
 * @param missed the pace that the service reached instead of the configured one; null: it kept that
 * @param ahead messages of other runs, taken as there from the start of the service
 */
function predictionFor(
  settings: ServiceSettings,
  missed: ServicePace | null,
  timesMs: Float64Array,
  ahead: Ahead,
): QueuePrediction | null {
  const asked = modelledService(settings, timesMs[0] ?? 0);
  if (asked === null) return null;
  const service =
    missed === null ? asked : { ...asked, ratePerSecond: missed.achievedPerSecond / asked.instances };
  const result = lindley(timesMs, service, DEFAULT_SEED, ahead);
  return {
    ...predictionOf(result),
    processed: Math.round(result.messages * (1 - givenUpShare(service))),
    busiestSecond: result.busiestSecond,
  };
}
