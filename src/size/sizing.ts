import type { Outage } from '../capacity/outages.ts';
import { QblError } from '../error.ts';
import { type Arrivals, evenTimes, messagesOf, poissonTimes, type RateProfile } from './arrivals/arrivals.ts';
import { leastInstances, leastRate, MAX_MODELLED_INSTANCES } from './least.ts';
import type { WaitBound } from './model/model.ts';
import { type Model, modelOf, type Prediction, predictionOf } from './model/predict.ts';
import { type Service, serviceOfRate } from './service/service.ts';

/** Above that, following every message takes minutes. */
const MAX_FOLLOWED = 10_000_000;

/** How the messages of a profile, which tells only the mean, are spread. */
export type Spread = 'even' | 'poisson';

/** A service is given, or a bound to find it by, or both: then instances are looked for. */
export interface Question {
  readonly service: Service | null;
  readonly bound: WaitBound | null;
  readonly outages: readonly Outage[];
}

export interface Sizing {
  readonly model: 'fluid' | 'lindley';
  /** What keeps the bound; null without a bound. */
  readonly least: Least | null;
  /** What the prediction is of. */
  readonly service: Service;
  readonly prediction: Prediction;
}

export interface Least {
  /** Of a single server; null where the work on a message bounds the rate. */
  readonly ratePerSecond: number | null;
  /** Of the service in question; null without one. */
  readonly instances: number | null;
}

/** The answer of each model that fits the arrivals. */
export function sizings(arrivals: Arrivals, spread: Spread, seed: number, question: Question): Sizing[] {
  if (arrivals.kind === 'times') return [sizing('lindley', modelOf(arrivals, seed), question)];
  const mean = sizing('fluid', modelOf(arrivals), question);
  if (messagesOf(arrivals.pieces) > MAX_FOLLOWED) return [mean];
  const timesMs = spreadTimes(arrivals.pieces, spread, seed);
  return [mean, sizing('lindley', modelOf({ kind: 'times', timesMs }, seed), question)];
}

const spreadTimes = (pieces: RateProfile, spread: Spread, seed: number): Iterable<number> =>
  spread === 'even' ? evenTimes(pieces) : poissonTimes(pieces, seed);

function sizing(name: Sizing['model'], model: Model, question: Question): Sizing {
  const least = question.bound === null ? null : leastOf(model, question, question.bound);
  const service = serviceOf(question, least);
  return { model: name, least, service, prediction: predictionOf(model.of(service)) };
}

function serviceOf({ service, outages }: Question, least: Least | null): Service {
  if (service !== null) return { ...service, instances: least?.instances ?? service.instances };
  if (least === null || least.ratePerSecond === null) throw new RangeError('neither a service nor a bound');
  return serviceOfRate(least.ratePerSecond, outages);
}

function leastOf(model: Model, { service, outages }: Question, bound: WaitBound): Least {
  const byRate = service === null || service.work === null;
  const ratePerSecond = byRate ? leastRate(model, outages, bound) : null;
  if (byRate && ratePerSecond === null) throw impossible('no rate processes', bound);
  if (service === null) return { ratePerSecond, instances: null };
  const instances = leastInstances(model, service, bound);
  if (instances !== null) return { ratePerSecond, instances };
  throw impossible(`${MAX_MODELLED_INSTANCES.toLocaleString('en')} such instances do not process`, bound);
}

function impossible(what: string, { maxWaitMs, percentile }: WaitBound): QblError {
  const whose = percentile === 100 ? 'every message' : `${percentile} % of the messages`;
  return new QblError('usage', `${what} ${whose} within ${maxWaitMs} ms`, {
    hint: 'Messages that arrive in an outage wait for its end, and the work takes its own time. Raise --max-wait, or let more messages take longer with --percentile.',
  });
}
