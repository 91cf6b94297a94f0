import type { Arrivals, RateProfile } from '../arrivals/arrivals.ts';
import type { Service } from '../service/service.ts';
import { ROUNDING_MS } from '../service/working-clock.ts';
import { fluid } from './fluid.ts';
import { DEFAULT_SEED, lindley, lindleyKeeps } from './lindley.ts';
import type { ModelResult, WaitBound } from './model.ts';

/** Predicted figures of a service. Times are relative to the same moment as the arrival times. */
export interface Prediction {
  readonly messages: number;
  readonly peakBacklog: number;
  readonly peakAtMs: number;
  /** Waiting times: from the arrival of a message until work on it starts. */
  readonly meanWaitMs: number;
  readonly p99WaitMs: number;
  readonly longestWaitMs: number;
  /** Longest time from the arrival of a message until the work on it has ended. */
  readonly longestUntilProcessedMs: number;
  /** Time when the last message was processed. */
  readonly drainedAtMs: number;
  /**
   * Share of the capacity that is used from the first arrival until the last message is processed. Outages do not
   * count.
   */
  readonly meanUtilisation: number;
}

/** Predicts the figures: by Lindley's recursion for arrival times, by the fluid model for a profile. */
export function predict(arrivals: Arrivals, service: Service, seed = DEFAULT_SEED): Prediction {
  return predictionOf(modelOf(arrivals, seed).of(service));
}

/** A model with fixed arrivals, which predicts the figures of any service. */
export interface Model {
  of(service: Service): ModelResult;
  keeps(service: Service, bound: WaitBound): boolean;
}

export function modelOf(arrivals: Arrivals, seed = DEFAULT_SEED): Model {
  return arrivals.kind === 'profile' ? fluidModel(arrivals.pieces) : lindleyModel(arrivals.timesMs, seed);
}

function fluidModel(pieces: RateProfile): Model {
  return {
    of: (service) => fluid(pieces, service),
    keeps: (service, { maxWaitMs, percentile }) =>
      fluid(pieces, service).untilProcessed.percentileMs(percentile) <= maxWaitMs + ROUNDING_MS,
  };
}

function lindleyModel(timesMs: Iterable<number>, seed: number): Model {
  return {
    of: (service) => lindley(timesMs, service, seed),
    keeps: (service, bound) => lindleyKeeps(timesMs, service, bound, seed),
  };
}

export function predictionOf({ waits, untilProcessed, ...result }: ModelResult): Prediction {
  return {
    messages: result.messages,
    peakBacklog: result.peakBacklog,
    peakAtMs: result.peakAtMs,
    meanWaitMs: waits.meanMs,
    p99WaitMs: waits.percentileMs(99),
    longestWaitMs: waits.longestMs,
    longestUntilProcessedMs: untilProcessed.longestMs,
    drainedAtMs: result.drainedAtMs,
    meanUtilisation: result.meanUtilisation,
  };
}
