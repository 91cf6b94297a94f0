import type { Outage } from '../capacity/outages.ts';
import type { WaitBound } from './model/model.ts';
import type { Model } from './model/predict.ts';
import { type Service, serviceOfRate } from './service/service.ts';

/** Relative precision of a returned rate. Rates of real services are not known more precisely. */
const PRECISION = 1e-3;
const LEAST_RATE = 1e-3;
const MOST_RATE = 1e9;
export const MAX_MODELLED_INSTANCES = 100_000;

/**
 * Returns the lowest rate of a single server that keeps the limit, in messages per second. The model has tested exactly
 * this rate. Null if an outage alone takes longer than the limit, so that no rate is enough.
 */
export function leastRate(model: Model, outages: readonly Outage[], bound: WaitBound): number | null {
  const isEnough = (rate: number) => model.keeps(serviceOfRate(rate, outages), bound);
  let tooLittle = LEAST_RATE;
  let enough = LEAST_RATE;
  while (!isEnough(enough)) {
    if (enough >= MOST_RATE) return null;
    tooLittle = enough;
    enough *= 2;
  }
  while (enough - tooLittle > PRECISION * enough) {
    const middle = (tooLittle + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else tooLittle = middle;
  }
  return enough;
}

/** Returns the smallest number of instances that keeps the limit. Null if `MAX_MODELLED_INSTANCES` are not enough. */
export function leastInstances(model: Model, service: Service, bound: WaitBound): number | null {
  return leastCount((instances) => model.keeps({ ...service, instances }, bound));
}

/**
 * Returns the smallest number, from 1, that is enough. All larger numbers must be enough too.
 * @param isEnough returns null if it cannot decide
 * @returns null if `most` is not enough, or if `isEnough` could not decide
 */
export function leastCount(
  isEnough: (count: number) => boolean | null,
  most = MAX_MODELLED_INSTANCES,
): number | null {
  let [tooFew, enough] = [0, null as number | null];
  for (let next = 1; next > tooFew; ) {
    const answer = isEnough(next);
    if (answer === null) return null;
    if (answer) enough = next;
    else tooFew = next;
    next = enough === null ? Math.min(2 * next, most) : (tooFew + enough) >> 1;
  }
  return enough;
}
