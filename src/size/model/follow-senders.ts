import { mostRequests, type Senders, type SenderThread } from '../arrivals/senders.ts';
import type { AcceptingService, Answer } from '../service/accepting-service.ts';
import { Heap } from '../structures/heap.ts';

/** Maximum number of simulated requests. The simulation of more requests would take too long. */
export const MAX_REQUESTS = 2_000_000;
/** Longest time that the refusal of a request takes, even on a busy machine. */
const LONGEST_REFUSAL_MS = 1;

/**
 * Why the model cannot predict the answers that senders get. `refusals`: the service refuses threads without
 * a rate, and the machine determines how often they retry. `failures`: a thread stops after a random failure.
 * `cut-off`: there are more than `MAX_REQUESTS` requests.
 */
export type Unpredictable = 'refusals' | 'failures' | 'cut-off';

interface FreeThread {
  readonly thread: SenderThread;
  freeMs: number;
  /**
   * Number that increases each time a thread becomes free. If several are free at the same time, the lowest number
   * sends first.
   */
  turn: number;
  sent: number;
}

/** A request, as its sender and the service see it. Times are relative to the first request. */
export interface Exchange {
  readonly sentMs: number;
  readonly answer: Answer;
  /** Time when the sender got the answer, or gave up. */
  readonly endMs: number;
  /** Whether the service processed the request before the sender gave up. */
  readonly isAcked: boolean;
}

/**
 * Simulates the requests in the order of sending. Reports each request with its answer. If a sender gives up, the
 * service keeps the request, because it does not know that nobody waits for the answer.
 * @param onExchange returns whether to continue
 */
export function followSenders(
  senders: Senders,
  server: AcceptingService,
  onExchange: (exchange: Exchange) => boolean,
): 'followed' | Unpredictable {
  const { threads, ratePerSecond, goOnAfterFailure } = senders;
  const free = new Heap<FreeThread>(
    (a, b) => a.freeMs < b.freeMs || (a.freeMs === b.freeMs && a.turn < b.turn),
  );
  for (const [turn, thread] of threads.entries())
    think(free, { thread, freeMs: thread.startMs, turn, sent: 0 });
  const originMs = free.least?.freeMs ?? 0;
  const slotMs = ratePerSecond === null ? 0 : 1000 / ratePerSecond;
  const most = mostRequests(senders);
  let requests = 0;
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    const sendMs = Math.max(next.freeMs, senders.scheduleStartMs + requests * slotMs);
    if (sendMs >= next.thread.endMs) continue;
    if (requests === MAX_REQUESTS) return 'cut-off';
    requests += 1;
    const sentMs = sendMs - originMs;
    const answer = server.answer(sentMs);
    const endMs = Math.min(answer.atMs, sentMs + patienceMsOf(next));
    const isAcked = answer.kind === 'processed' && answer.atMs === endMs;
    if (!onExchange({ sentMs, answer, endMs, isAcked })) return 'cut-off';
    if (!isAcked && !goOnAfterFailure) return 'failures';
    next.freeMs = originMs + endMs;
    next.turn = threads.length + requests;
    next.sent += 1;
    const hasNoPace = slotMs === 0 && thinkMsOf(next) === 0 && !isDone(next);
    if (hasNoPace && dependsOnMachine(answer, sentMs, most - requests)) return 'refusals';
    think(free, next);
  }
  return 'followed';
}

/**
 * If the thread has another request, delays the request by the thread's timers. Then puts the thread back into the heap
 * of threads.
 */
function think(free: Heap<FreeThread>, next: FreeThread): void {
  if (isDone(next)) return;
  next.freeMs += thinkMsOf(next);
  free.push(next);
}

/**
 * Whether the result depends on the speed of the machine. The speed does not matter if all remaining requests are
 * certainly refused before the outage ends.
 */
function dependsOnMachine(answer: Answer, sentMs: number, left: number): boolean {
  if (answer.kind === 'processed' || answer.atMs > sentMs) return false;
  return answer.kind !== 'unreachable' || left * LONGEST_REFUSAL_MS > answer.untilMs - sentMs;
}

function isDone({ thread, sent }: FreeThread): boolean {
  return sent >= thread.requests;
}

function thinkMsOf({ thread: { thinkMs }, sent }: FreeThread): number {
  return thinkMs[sent % thinkMs.length] ?? 0;
}

function patienceMsOf({ thread: { patienceMs }, sent }: FreeThread): number {
  return patienceMs[sent % patienceMs.length] ?? Number.POSITIVE_INFINITY;
}
