import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { readService, type ServiceEnd, type ServiceSettings } from '../runs/service-json.ts';
import { type AckedSamples, readAckedSamples } from '../samples/acked-samples.ts';
import { givenUpShare } from '../size/failures.ts';
import { type Ahead, DEFAULT_SEED, lindley } from '../size/lindley.ts';
import { type Prediction, predictionOf } from '../size/predict.ts';
import { modelledService } from './modelled-service.ts';

/** The run with the queue. */
export interface QueueHalf {
  readonly settings: ServiceSettings;
  readonly samples: AckedSamples;
  readonly end: ServiceEnd;
  /** Null: no model knows what the service can do. */
  readonly prediction: QueuePrediction | null;
}

export interface QueuePrediction extends Prediction {
  /** Those that are not given up. */
  readonly processed: number;
  readonly busiestSecond: number;
}

/** Null: there was no service, or it has left no figures, or only those of its last part. */
export async function queueHalf(folder: RunFolder): Promise<QueueHalf | null> {
  const service = await readService(folder);
  if (service === null || service.end === null || service.earlier.length > 0) return null;
  const samples = await readAckedSamples(runFiles(folder).samples);
  const { options: settings, end } = service;
  const ahead = { messages: end.others, atMs: Date.parse(service.startedAt) };
  return { settings, samples, end, prediction: predictionFor(settings, samples.timesMs, ahead) };
}

/** @param ahead messages of other runs, taken as there from the start of the service */
function predictionFor(
  settings: ServiceSettings,
  timesMs: Float64Array,
  ahead: Ahead,
): QueuePrediction | null {
  const service = modelledService(settings, timesMs[0] ?? 0);
  if (service === null) return null;
  const result = lindley(timesMs, service, DEFAULT_SEED, ahead);
  return {
    ...predictionOf(result),
    processed: Math.round(result.messages * (1 - givenUpShare(service.failures))),
    busiestSecond: result.busiestSecond,
  };
}
