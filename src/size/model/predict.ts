import type { Arrivals, RateProfile } from '../arrivals/arrivals.ts';
import type { Service } from '../service/service.ts';
import { ROUNDING_MS } from '../service/working-clock.ts';
import { fluid } from './fluid.ts';
import { DEFAULT_SEED, lindley, lindleyKeeps } from './lindley.ts';
import type { ModelResult, WaitBound } from './model.ts';

/** What is to be expected of a service. Times are on the clock of the arrivals. */
export interface Prediction {
  readonly messages: number;
  /** Arrived and not yet processed. */
  readonly peakBacklog: number;
  readonly peakAtMs: number;
  /** From the arrival until the work begins. */
  readonly meanWaitMs: number;
  readonly p99WaitMs: number;
  readonly longestWaitMs: number;
  /** From the arrival until the work has ended. */
  readonly longestUntilProcessedMs: number;
  /** When the last message was processed. */
  readonly drainedAtMs: number;
  /** Share of the capacity that is used from the first arrival until then, outages aside. */
  readonly meanUtilisation: number;
}

/** Times of arrival by Lindley's recursion, a profile by the fluid model. */
export function predict(arrivals: Arrivals, service: Service, seed = DEFAULT_SEED): Prediction {
  return predictionOf(modelOf(arrivals, seed).of(service));
}

/** A model of certain arrivals: what it says of a service. */
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
