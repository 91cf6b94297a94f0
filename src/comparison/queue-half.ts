import { mergeOutages } from '../capacity/outages.ts';
import { ackedSamplesOf } from '../runs/acked-samples-of.ts';
import {
  readService,
  type ServiceEnd,
  type ServicePace,
  type ServiceRecord,
  type ServiceSettings,
} from '../runs/documents/service-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { AckedSamples } from '../samples/latency/acked-samples.ts';
import { leastInstances } from '../size/least.ts';
import { type Ahead, DEFAULT_SEED, lindley } from '../size/model/lindley.ts';
import { modelOf, type Prediction, predictionOf } from '../size/model/predict.ts';
import { givenUpShare } from '../size/service/attempts.ts';
import { slowedTo } from '../size/service/saturated.ts';
import type { Service } from '../size/service/service.ts';
import { qblService } from './modelled-service.ts';
import { type Processed, readProcessed } from './processed.ts';

/** Figures of the run with the queue. */
export interface QueueHalf {
  readonly settings: ServiceSettings;
  readonly samples: AckedSamples;
  readonly end: ServiceEnd;
  /** Time from the first ack until the service started. 0 if the service started earlier, or if nothing was acked. */
  readonly lateMs: number;
  /** The processed messages, from the receipts. Null if receipts are missing. */
  readonly processed: Processed | null;
  /** Number of acked messages that the service did not take out of the queue. Null if receipts are missing. */
  readonly left: number | null;
  /** Prediction for the measured pace of the service. Null if no service capacity is configured. */
  readonly prediction: QueuePrediction | null;
  /** Longest allowed time from the arrival of a message until it is processed. Null without a limit. */
  readonly maxWaitMs: number | null;
  /**
   * Smallest number of instances that keeps every wait within `maxWaitMs`, including waits during outages. Null
   * without a limit, or if no number of instances is enough.
   */
  readonly leastInstances: number | null;
  /** Prediction for the configured pace. Null if the service was not slower than the configured pace. */
  readonly configured: QueuePrediction | null;
}

export interface QueuePrediction extends Prediction {
  /** Number of messages that the service processed and did not give up. */
  readonly processed: number;
  readonly busiestSecond: number;
}

/**
 * Reads the figures of the run with the queue. Null if no service ran, if it wrote no figures, or if it was restarted
 * during the run.
 */
export async function queueHalf(folder: RunFolder, maxWaitMs: number | null): Promise<QueueHalf | null> {
  const service = await readService(folder);
  if (service === null || service.end === null || service.earlier.length > 0) return null;
  const samples = await ackedSamplesOf(folder);
  const { options: settings, end } = service;
  const asked = askedService(service, samples);
  const ahead = { messages: end.others, atMs: Date.parse(service.startedAt) };
  const at = (pace: ServicePace | null) => predictionFor(asked, pace, samples, ahead);
  const missed = end.pace === null || end.pace.isKept ? null : end.pace;
  const processed = await readProcessed(folder, end);
  return {
    ...{ settings, samples, end, lateMs: lateBy(service, samples), maxWaitMs, processed },
    left: processed === null ? null : leftBy(end, processed, samples),
    leastInstances: leastOf(asked, samples, maxWaitMs),
    prediction: at(missed),
    configured: missed === null ? null : at(null),
  };
}

function leftBy(end: ServiceEnd, processed: Processed, { timesMs }: AckedSamples): number {
  return Math.max(0, timesMs.length - processed.messages - end.deadLettered);
}

function lateBy({ startedAt }: Pick<ServiceRecord, 'startedAt'>, { timesMs }: AckedSamples): number {
  const [arrivalMs] = timesMs;
  return arrivalMs === undefined ? 0 : Math.max(0, Date.parse(startedAt) - arrivalMs);
}

/**
 * Returns the configured service as input for the model. If the service started after the first arrival, the messages
 * waited for its start, and its outages count from its first message. Null if no capacity is configured.
 */
function askedService(
  record: Pick<ServiceRecord, 'options' | 'startedAt'>,
  samples: AckedSamples,
): Service | null {
  const arrivalMs = samples.timesMs[0] ?? 0;
  const startMs = arrivalMs + lateBy(record, samples);
  const service = qblService(record.options, startMs);
  if (service === null) return null;
  return { ...service, outages: mergeOutages([{ fromMs: arrivalMs, toMs: startMs }, ...service.outages]) };
}

function leastOf(asked: Service | null, { timesMs }: AckedSamples, maxWaitMs: number | null): number | null {
  if (asked === null || maxWaitMs === null || timesMs.length === 0) return null;
  return leastInstances(modelOf({ kind: 'times', timesMs }), asked, { maxWaitMs, percentile: 100 });
}

/**
 * Predicts the figures of the service.
 * @param missed measured pace of a service that was slower than configured; null if the service reached the
 * configured pace
 * @param ahead messages of other runs; the model assumes that these messages wait when the service starts
 */
function predictionFor(
  asked: Service | null,
  missed: ServicePace | null,
  { timesMs }: AckedSamples,
  ahead: Ahead,
): QueuePrediction | null {
  if (asked === null) return null;
  const service = missed === null ? asked : slowedTo(missed.achievedPerSecond, asked);
  const result = lindley(timesMs, service, DEFAULT_SEED, ahead);
  return {
    ...predictionOf(result),
    processed: Math.round(result.messages * (1 - givenUpShare(service))),
    busiestSecond: result.busiestSecond,
  };
}
