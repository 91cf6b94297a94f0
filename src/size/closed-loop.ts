import { AcceptingService, type Answer, type DirectService } from './accepting-service.ts';
import { BusiestSecond } from './busiest-second.ts';
import { Heap } from './heap.ts';
import { leastCount, MAX_MODELLED_INSTANCES } from './least.ts';
import { DEFAULT_SEED } from './lindley.ts';
import type { WaitBound, Waits } from './model.ts';
import { seededRandom } from './random.ts';
import type { Senders, SenderThread } from './senders.ts';
import { WaitHistogram } from './wait-histogram.ts';

/** More would take too long to be followed. */
const MAX_REQUESTS = 2_000_000;

/** What senders see of a service without a queue, on the clock of the first request. */
export interface ClosedLoopResult {
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
 * Null: nobody can say. How often a thread without a pace is refused again depends on the machine, and what a thread
 * does that does not go on after a failure, on chance; or there are more requests than are followed.
 */
export function closedLoop(
  senders: Senders,
  service: DirectService,
  seed = DEFAULT_SEED,
): ClosedLoopResult | null {
  const server = new AcceptingService(service, seededRandom(seed));
  const latency = new WaitHistogram();
  const [arrivals, starts] = [new BusiestSecond(), new BusiestSecond()];
  let [processed, lastProcessedAtMs] = [0, null as number | null];
  const requests = follow(senders, server, (sentMs, { kind, atMs, workStartMs }) => {
    arrivals.add(sentMs);
    if (workStartMs !== null) starts.add(workStartMs);
    if (kind !== 'processed') return;
    processed += 1;
    lastProcessedAtMs = Math.max(lastProcessedAtMs ?? 0, atMs);
    latency.record(atMs - sentMs);
  });
  if (requests === null) return null;
  return {
    requests,
    processed,
    latency,
    lastProcessedAtMs,
    busiestSecond: arrivals.count,
    busiestSecondOfWork: starts.count,
    peakPending: server.peakPending,
  };
}

/**
 * The fewest instances with which senders without a queue are answered within the bound, waiting and work together; a
 * request that fails keeps no bound. Null: no number does, because the work alone takes longer, or nobody can say.
 */
export function leastDirectInstances(
  senders: Senders,
  service: DirectService,
  bound: WaitBound,
  seed = DEFAULT_SEED,
): number | null {
  const isEnough = (instances: number) => keeps(senders, { ...service, instances }, bound, seed);
  return isEnough(MAX_MODELLED_INSTANCES) ? leastCount(isEnough) : null;
}

function keeps(
  senders: Senders,
  service: DirectService,
  { maxWaitMs, percentile }: WaitBound,
  seed: number,
): boolean {
  const server = new AcceptingService(service, seededRandom(seed));
  let [within, beyond] = [0, 0];
  const requests = follow(senders, server, (sentMs, { kind, atMs }) => {
    if (kind === 'processed' && atMs - sentMs <= maxWaitMs) within += 1;
    else beyond += 1;
  });
  return requests !== null && within * 100 >= (within + beyond) * percentile;
}

interface FreeThread {
  readonly thread: SenderThread;
  readonly freeMs: number;
  /** Who was free first sends first, also where several are free at the same time. */
  readonly turn: number;
  readonly sent: number;
}

/**
 * Hands over each request with its answer, in the order of sending.
 * @returns how many there were; null: it cannot be followed
 */
function follow(
  { threads, ratePerSecond, goOnAfterFailure }: Senders,
  server: AcceptingService,
  onAnswer: (sentMs: number, answer: Answer) => void,
): number | null {
  const free = new Heap<FreeThread>(
    (a, b) => a.freeMs < b.freeMs || (a.freeMs === b.freeMs && a.turn < b.turn),
  );
  for (const [turn, thread] of threads.entries())
    think(free, { thread, freeMs: thread.startMs, turn, sent: 0 });
  const originMs = free.least?.freeMs ?? 0;
  const slotMs = ratePerSecond === null ? 0 : 1000 / ratePerSecond;
  let requests = 0;
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    const sendMs = Math.max(next.freeMs, requests * slotMs);
    if (sendMs >= next.thread.endMs) continue;
    if (requests === MAX_REQUESTS) return null;
    requests += 1;
    const sentMs = sendMs - originMs;
    const answer = server.answer(sentMs);
    onAnswer(sentMs, answer);
    const failed = answer.kind !== 'processed';
    const after = {
      thread: next.thread,
      freeMs: originMs + answer.atMs,
      turn: threads.length + requests,
      sent: next.sent + 1,
    };
    if (failed && !goOnAfterFailure) return null;
    if (answer.atMs === sentMs && slotMs === 0 && thinkMsOf(after) === 0 && !isDone(after)) return null;
    think(free, after);
  }
  return requests;
}

/** A thread thinks before its next request, if there is one. */
function think(free: Heap<FreeThread>, next: FreeThread): void {
  if (!isDone(next)) free.push({ ...next, freeMs: next.freeMs + thinkMsOf(next) });
}

function isDone({ thread, sent }: FreeThread): boolean {
  return sent >= thread.requests;
}

function thinkMsOf({ thread: { thinkMs }, sent }: FreeThread): number {
  return thinkMs[sent % thinkMs.length] ?? 0;
}
