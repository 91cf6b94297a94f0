import { mostRequests, type Senders, type SenderThread } from '../arrivals/senders.ts';
import type { AcceptingService, Answer } from '../service/accepting-service.ts';
import { Heap } from '../structures/heap.ts';

/** More would take too long to be followed. */
export const MAX_REQUESTS = 2_000_000;
/** Senders on a busy machine are refused more often than that. */
const LONGEST_REFUSAL_MS = 1;

/**
 * Why nobody can say what senders see. `refusals`: how often a thread without a pace is refused again depends on the
 * machine. `failures`: what a thread does that does not go on after one, depends on chance. `cut-off`: there are more requests than are followed.
 */
export type Unpredictable = 'refusals' | 'failures' | 'cut-off';

interface FreeThread {
  readonly thread: SenderThread;
  freeMs: number;
  /** Who was free first sends first, also where several are free at the same time. */
  turn: number;
  sent: number;
}

/**
 * Hands over each request with its answer, in the order of sending, on the clock of the first one.
 * @param onAnswer whether to go on
 */
export function followSenders(
  senders: Senders,
  server: AcceptingService,
  onAnswer: (sentMs: number, answer: Answer) => boolean,
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
    const sendMs = Math.max(next.freeMs, requests * slotMs);
    if (sendMs >= next.thread.endMs) continue;
    if (requests === MAX_REQUESTS) return 'cut-off';
    requests += 1;
    const sentMs = sendMs - originMs;
    const answer = server.answer(sentMs);
    if (!onAnswer(sentMs, answer)) return 'cut-off';
    if (answer.kind !== 'processed' && !goOnAfterFailure) return 'failures';
    next.freeMs = originMs + answer.atMs;
    next.turn = threads.length + requests;
    next.sent += 1;
    const hasNoPace = slotMs === 0 && thinkMsOf(next) === 0 && !isDone(next);
    if (hasNoPace && dependsOnMachine(answer, sentMs, most - requests)) return 'refusals';
    think(free, next);
  }
  return 'followed';
}

/** A thread thinks before its next request, if there is one. */
function think(free: Heap<FreeThread>, next: FreeThread): void {
  if (isDone(next)) return;
  next.freeMs += thinkMsOf(next);
  free.push(next);
}

/** Unless all that is left is refused before the outage ends, however slow the machine. */
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
