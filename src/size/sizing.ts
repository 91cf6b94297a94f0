import type { Outage } from '../capacity/outages.ts';
import { formatCount } from '../count.ts';
import { QblError } from '../error.ts';
import { type Arrivals, evenTimes, messagesOf, poissonTimes, type RateProfile } from './arrivals/arrivals.ts';
import { leastInstances, leastRate, MAX_MODELLED_INSTANCES } from './least.ts';
import type { WaitBound } from './model/model.ts';
import { type Model, modelOf, type Prediction, predictionOf } from './model/predict.ts';
import { type Service, serviceOfRate } from './service/service.ts';

/** Maximum number of simulated messages. The simulation of more would take minutes. */
const MAX_FOLLOWED = 10_000_000;

/** How arrivals are distributed around the mean rates of a profile: evenly, or at random. */
export type Spread = 'even' | 'poisson';

/** The input of `qbl size`: a service, a limit, or both. If both are given, the answer is the number of instances. */
export interface Question {
  readonly service: Service | null;
  readonly bound: WaitBound | null;
  readonly outages: readonly Outage[];
}

export interface Sizing {
  readonly model: 'fluid' | 'lindley';
  /** The lowest rate and the smallest number of instances that keep the limit. Null if no limit was given. */
  readonly least: Least | null;
  /** The service for which the prediction is made. */
  readonly service: Service;
  readonly prediction: Prediction;
}

export interface Least {
  /** Rate of a single server, in messages per second. Null if the work limits the rate. */
  readonly ratePerSecond: number | null;
  /** Number of instances of the given service. Null if no service was given. */
  readonly instances: number | null;
}

/**
 * Returns one answer from each model that can use these arrivals: from Lindley's recursion, which follows each message,
 * and from the fluid model, which knows only the mean work. Sometimes only Lindley's recursion has an answer. For
 * example, the mean work can be longer than the limit, although most messages need less time than the limit.
 * @throws QblError 'usage' if the most exact of these models finds no capacity that keeps the limit
 */
export function sizings(arrivals: Arrivals, spread: Spread, seed: number, question: Question): Sizing[] {
  if (arrivals.kind === 'times') return [possible(sizing('lindley', modelOf(arrivals, seed), question))];
  const mean = sizing('fluid', modelOf(arrivals), question);
  if (messagesOf(arrivals.pieces) > MAX_FOLLOWED) return [possible(mean)];
  const timesMs = spreadTimes(arrivals.pieces, spread, seed);
  const exact = possible(sizing('lindley', modelOf({ kind: 'times', timesMs }, seed), question));
  return 'impossible' in mean ? [exact] : [mean, exact];
}

const spreadTimes = (pieces: RateProfile, spread: Spread, seed: number): Iterable<number> =>
  spread === 'even' ? evenTimes(pieces) : poissonTimes(pieces, seed);

/** The model finds no capacity that keeps the limit. */
interface Impossible {
  readonly impossible: QblError;
}

function possible(answer: Sizing | Impossible): Sizing {
  if ('impossible' in answer) throw answer.impossible;
  return answer;
}

function sizing(name: Sizing['model'], model: Model, question: Question): Sizing | Impossible {
  const least = question.bound === null ? null : leastOf(model, question, question.bound);
  if (least !== null && 'impossible' in least) return least;
  const service = serviceOf(question, least);
  return { model: name, least, service, prediction: predictionOf(model.of(service)) };
}

function serviceOf({ service, outages }: Question, least: Least | null): Service {
  if (service !== null) return { ...service, instances: least?.instances ?? service.instances };
  if (least === null || least.ratePerSecond === null)
    throw new RangeError('The input of the models has neither a service nor a limit.');
  return serviceOfRate(least.ratePerSecond, outages);
}

function leastOf(model: Model, { service, outages }: Question, bound: WaitBound): Least | Impossible {
  const byRate = service === null || service.work === null;
  const ratePerSecond = byRate ? leastRate(model, outages, bound) : null;
  if (byRate && ratePerSecond === null) return impossible('no service rate is high enough to process', bound);
  if (service === null) return { ratePerSecond, instances: null };
  const instances = leastInstances(model, service, bound);
  if (instances !== null) return { ratePerSecond, instances };
  return impossible(
    `${formatCount(MAX_MODELLED_INSTANCES)} instances of this capacity cannot process`,
    bound,
  );
}

function impossible(what: string, { maxWaitMs, percentile }: WaitBound): Impossible {
  const whose = percentile === 100 ? 'every message' : `${percentile} % of the messages`;
  const error = new QblError('usage', `${what} ${whose} within ${maxWaitMs} ms`, {
    hint: 'Messages that arrive in an outage wait for its end, and their work takes time too. Raise --max-wait, or lower --percentile.',
  });
  return { impossible: error };
}
