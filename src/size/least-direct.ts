import { mostRequests, type Senders } from './arrivals/senders.ts';
import { leastCount, MAX_MODELLED_INSTANCES } from './least.ts';
import { followSenders, MAX_REQUESTS } from './model/follow-senders.ts';
import { DEFAULT_SEED } from './model/lindley.ts';
import type { WaitBound } from './model/model.ts';
import { AcceptingService, type DirectService } from './service/accepting-service.ts';

/**
 * The fewest instances with which senders without a queue are answered within the bound, waiting and work together; a
 * request that fails keeps no bound. Null: no number does, because the work alone takes longer, or nobody can say,
 * because all numbers that were tried come to more requests than are followed.
 * @param knownEnough so many are enough, whatever the model says
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

/** More change nothing: there is one for each request that is under way, or for each at all. */
function mostInstances(senders: Senders, { ratePerSecond, work }: DirectService): number {
  const isEachFreeAfterItsWork = ratePerSecond === null || work === null;
  const most = isEachFreeAfterItsWork ? senders.threads.length : mostRequests(senders);
  return Math.max(1, Math.min(most, MAX_MODELLED_INSTANCES));
}

interface Trial {
  readonly followed: number;
  /** Null: it would take more requests than it may follow. */
  readonly isKept: boolean | null;
}

/** Ends with the request that breaks the bound, whatever comes after it. */
function tryOut(
  senders: Senders,
  service: DirectService,
  { maxWaitMs, percentile }: WaitBound,
  budget: number,
): Trial {
  const server = new AcceptingService(service, DEFAULT_SEED);
  const mayBeBeyond = Math.min(mostRequests(senders), MAX_REQUESTS) * (100 - percentile);
  let [followed, beyond] = [0, 0];
  const end = followSenders(senders, server, (sentMs, { kind, atMs }) => {
    followed += 1;
    if (kind !== 'processed' || atMs - sentMs > maxWaitMs) beyond += 1;
    return beyond * 100 <= mayBeBeyond && followed < budget;
  });
  const isBroken = beyond * 100 > mayBeBeyond || end === 'refusals' || end === 'failures';
  if (isBroken) return { followed, isKept: false };
  return { followed, isKept: end === 'followed' ? beyond * 100 <= followed * (100 - percentile) : null };
}
