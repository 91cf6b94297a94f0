import { mostRequests, type Senders } from './arrivals/senders.ts';
import { leastCount, MAX_MODELLED_INSTANCES } from './least.ts';
import { followSenders, MAX_REQUESTS } from './model/follow-senders.ts';
import { DEFAULT_SEED } from './model/lindley.ts';
import type { WaitBound } from './model/model.ts';
import { AcceptingService, type DirectService } from './service/accepting-service.ts';

/**
 * Returns the smallest number of instances with which senders without a queue get their answers within the limit. The
 * limit is for waiting and work together. A failed request breaks the limit. Null if no number of instances is enough,
 * or if the search needs more than `MAX_REQUESTS` requests.
 * @param knownEnough a number of instances that was enough in a run, whatever the model predicts
 */
export function leastDirectInstances(
  senders: Senders,
  service: DirectService,
  bound: WaitBound,
  knownEnough: number | null = null,
): number | null {
  let budget = MAX_REQUESTS;
  const isEnough = (instances: number) => {
    if (knownEnough !== null && instances >= knownEnough) return true;
    const { followed, isKept } = tryOut(senders, { ...service, instances }, bound, budget);
    budget -= followed;
    return isKept;
  };
  return leastCount(isEnough, knownEnough ?? mostInstances(senders, service));
}

/** Returns the number of instances with which no request waits for another one. More instances change nothing. */
function mostInstances(senders: Senders, { ratePerSecond, work }: DirectService): number {
  const isEachFreeAfterItsWork = ratePerSecond === null || work === null;
  const most = isEachFreeAfterItsWork ? senders.threads.length : mostRequests(senders);
  return Math.max(1, Math.min(most, MAX_MODELLED_INSTANCES));
}

interface Trial {
  readonly followed: number;
  /** Whether the service keeps the limit. Null if the simulation would need more requests than it may use. */
  readonly isKept: boolean | null;
}

/** Simulates a number of instances. Stops at the request that breaks the limit. */
function tryOut(
  senders: Senders,
  service: DirectService,
  { maxWaitMs, percentile }: WaitBound,
  budget: number,
): Trial {
  const server = new AcceptingService(service, DEFAULT_SEED);
  const mayBeBeyond = Math.min(mostRequests(senders), MAX_REQUESTS) * (100 - percentile);
  let [followed, beyond] = [0, 0];
  const end = followSenders(senders, server, ({ sentMs, endMs, isAcked }) => {
    followed += 1;
    if (!isAcked || endMs - sentMs > maxWaitMs) beyond += 1;
    return beyond * 100 <= mayBeBeyond && followed < budget;
  });
  const isBroken = beyond * 100 > mayBeBeyond || end === 'refusals' || end === 'failures';
  if (isBroken) return { followed, isKept: false };
  return { followed, isKept: end === 'followed' ? beyond * 100 <= followed * (100 - percentile) : null };
}
