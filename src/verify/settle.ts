import { pause } from '../pause.ts';
import type { Drain, Reader } from '../queue/queue.ts';

export interface SettleOptions {
  /** How long something may be missing without progress before it counts as lost. */
  readonly settleMs: number;
  /** Bound on all of the reading, milliseconds of `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Acked messages that were not seen yet. */
  readonly missing: () => number;
}

/** Between two looks at the queue's end while something is missing. */
const LOOK_AGAIN_MS = 250;

/**
 * Reads up to the queue's end, and again while something is missing: a proxy may answer before it enqueues.
 * Resolves at once when nothing is missing, else after the time to settle has passed without progress.
 */
export async function drainAndSettle(reader: Pick<Reader, 'drain'>, options: SettleOptions): Promise<Drain> {
  const { settleMs, deadlineMs, signal, missing } = options;
  let drain = await reader.drain(deadlineMs, signal);
  let left = missing();
  let lastProgressMs = performance.now();
  while (drain.complete && left > 0 && performance.now() - lastProgressMs < settleMs && !signal.aborted) {
    await pause(Math.min(LOOK_AGAIN_MS, settleMs), signal);
    drain = await reader.drain(deadlineMs, signal);
    const now = missing();
    if (now < left) lastProgressMs = performance.now();
    left = now;
  }
  return signal.aborted && left > 0 && drain.complete ? interrupted(drain) : drain;
}

/** Who interrupts the settling does not know whether the rest would have come. */
function interrupted(drain: Drain): Drain {
  return { complete: false, reason: 'interrupted before the time to settle had passed', ends: drain.ends };
}
