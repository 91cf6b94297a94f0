import type { Senders } from '../arrivals/senders.ts';
import { AcceptingService, type DirectService } from '../service/accepting-service.ts';
import { BusiestSecond } from './busiest-second.ts';
import { followSenders, type Unpredictable } from './follow-senders.ts';
import { DEFAULT_SEED } from './lindley.ts';
import type { Waits } from './model.ts';
import { WaitHistogram } from './wait-histogram.ts';

export type ClosedLoop = ClosedLoopResult | { readonly kind: Unpredictable };

/** What senders see of a service without a queue, on the clock of the first request. */
export interface ClosedLoopResult {
  readonly kind: 'followed';
  readonly requests: number;
  readonly processed: number;
  /** From sending to the answer, of the requests that were processed. */
  readonly latency: Waits;
  /** Null: nothing was processed. */
  readonly lastProcessedAtMs: number | null;
  /** The most requests that reach the service, and the most works that begin, within one second. */
  readonly busiestSecond: number;
  readonly busiestSecondOfWork: number;
  /** The most requests that wait or are in work at one time. */
  readonly peakPending: number;
}

/**
 * Threads and a service without a queue: a thread sends its next request when it was answered, so that never more are
 * under way than there are threads. What a request takes beside waiting and work is left out.
 */
export function closedLoop(senders: Senders, service: DirectService, seed = DEFAULT_SEED): ClosedLoop {
  const server = new AcceptingService(service, seed);
  const latency = new WaitHistogram();
  const [arrivals, starts] = [new BusiestSecond(), new BusiestSecond()];
  let [requests, processed, lastProcessedAtMs] = [0, 0, null as number | null];
  const kind = followSenders(senders, server, (sentMs, answer) => {
    requests += 1;
    if (answer.kind !== 'unreachable') arrivals.add(sentMs);
    if (answer.workStartMs !== null) starts.add(answer.workStartMs);
    if (answer.kind !== 'processed') return true;
    processed += 1;
    lastProcessedAtMs = Math.max(lastProcessedAtMs ?? 0, answer.atMs);
    latency.record(answer.atMs - sentMs);
    return true;
  });
  if (kind !== 'followed') return { kind };
  return {
    kind,
    requests,
    processed,
    latency,
    lastProcessedAtMs,
    busiestSecond: arrivals.count,
    busiestSecondOfWork: starts.count,
    peakPending: server.peakPending,
  };
}
