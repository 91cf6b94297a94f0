import type { Senders } from '../arrivals/senders.ts';
import { AcceptingService, type DirectService } from '../service/accepting-service.ts';
import { BusiestSecond } from './busiest-second.ts';
import { followSenders, type Unpredictable } from './follow-senders.ts';
import { DEFAULT_SEED } from './lindley.ts';
import type { Waits } from './model.ts';
import { WaitHistogram } from './wait-histogram.ts';

export type ClosedLoop = ClosedLoopResult | { readonly kind: Unpredictable };

/** Figures of a service without a queue. Times are relative to the first request. */
export interface ClosedLoopResult {
  readonly kind: 'followed';
  readonly requests: number;
  /** Requests that were processed before their senders gave up. */
  readonly acked: number;
  /**
   * Requests that were processed before the last sender ended. Requests whose senders gave up count too.
   */
  readonly processed: number;
  /** Time from sending to the answer. Only acked requests count. */
  readonly latency: Waits;
  /** Time of the last processed request. Null if no request was processed. */
  readonly lastProcessedAtMs: number | null;
  /**
   * Largest number of requests that reach the service within one second. `busiestSecondOfWork` is the largest
   * number of attempts that start within one second.
   */
  readonly busiestSecond: number;
  readonly busiestSecondOfWork: number;
  /** Largest number of requests that wait or are being processed at the same time. */
  readonly peakPending: number;
}

/**
 * Simulates threads that send to a service without a queue. A thread sends its next request after an answer, so there
 * are never more requests than threads. Only waiting and work take time; the network takes none.
 */
export function closedLoop(senders: Senders, service: DirectService, seed = DEFAULT_SEED): ClosedLoop {
  const server = new AcceptingService(service, seed);
  const latency = new WaitHistogram();
  const arrivals = new BusiestSecond();
  let [requests, acked, lastEndMs] = [0, 0, 0];
  const [startsMs, processedAtMs]: [number[], number[]] = [[], []];
  const kind = followSenders(senders, server, ({ sentMs, answer, endMs, isAcked }) => {
    requests += 1;
    lastEndMs = Math.max(lastEndMs, endMs);
    if (answer.kind !== 'unreachable') arrivals.add(sentMs);
    if (answer.workStartMs !== null) startsMs.push(answer.workStartMs);
    if (answer.kind === 'processed') processedAtMs.push(answer.atMs);
    if (!isAcked) return true;
    acked += 1;
    latency.record(endMs - sentMs);
    return true;
  });
  if (kind !== 'followed') return { kind };
  // When the last sender has ended, the service ends too.
  const inTimeMs = processedAtMs.filter((ms) => ms <= lastEndMs);
  const starts = new BusiestSecond();
  for (const ms of startsMs) if (ms <= lastEndMs) starts.add(ms);
  return {
    kind,
    requests,
    acked,
    processed: inTimeMs.length,
    latency,
    lastProcessedAtMs: inTimeMs.reduce<number | null>((last, ms) => Math.max(last ?? 0, ms), null),
    busiestSecond: arrivals.count,
    busiestSecondOfWork: starts.count,
    peakPending: server.peakPending,
  };
}
