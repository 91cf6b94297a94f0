import type { WaitBound } from './model.ts';
import type { Model } from './predict.ts';
import { type Outage, type Service, serviceOfRate } from './service.ts';

/** Answers are as exact as one in a thousand: figures of rates are never better known. */
const PRECISION = 1e-3;
const LEAST_RATE = 1e-3;
const MOST_RATE = 1e9;
export const MAX_MODELLED_INSTANCES = 100_000;

/**
 * The least rate of a single server that keeps the bound, messages a second; the model was asked about just this
 * rate. Null: no rate does, because an outage alone lasts too long.
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

/** The fewest instances of a service that keep the bound; null: not even `MAX_MODELLED_INSTANCES` do. */
export function leastInstances(model: Model, service: Service, bound: WaitBound): number | null {
  return leastCount((instances) => model.keeps({ ...service, instances }, bound));
}

/** The least number from 1 that is enough, where all above it are; null: not even `MAX_MODELLED_INSTANCES` is. */
export function leastCount(isEnough: (count: number) => boolean): number | null {
  let tooFew = 0;
  let enough = 1;
  while (!isEnough(enough)) {
    if (enough >= MAX_MODELLED_INSTANCES) return null;
    tooFew = enough;
    enough = Math.min(2 * enough, MAX_MODELLED_INSTANCES);
  }
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
