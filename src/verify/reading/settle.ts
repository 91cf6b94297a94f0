import { pause } from '../../pause.ts';
import type { Drain, Reader } from '../../queue/queue.ts';
import type { Settling } from '../../runs/documents/verify-json.ts';

/** What further messages could still change. */
export interface Unsettled {
  /** Number of acknowledged messages that were not found yet. */
  readonly missing: number;
  /** Whether one more message could change the verdict, even if none is missing. */
  readonly wantsQuiet: boolean;
  /** Number of messages of the runs that were found. */
  readonly seen: number;
}

export interface SettleOptions {
  /** How long the queue must be quiet before missing messages count as lost and the wait ends. */
  readonly settleMs: number;
  /** Deadline for the whole reading, milliseconds of `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly unsettled: () => Unsettled;
  /** Called each time before the queue's end is checked again. */
  readonly onWaiting: (waiting: SettleWait) => void;
}

/** What the reading waits for, and the remaining time if nothing arrives. */
export interface SettleWait {
  readonly missing: number;
  readonly leftMs: number;
}

export interface Settled {
  readonly drain: Drain;
  readonly settling: Settling;
  /** Whether the wait was interrupted. Missing messages could still have arrived. */
  readonly interrupted: boolean;
}

/** How often to check the queue's end. */
const LOOK_AGAIN_MS = 250;

/**
 * Reads to the queue's end, and continues while one more message could change the verdict. A proxy may answer before
 * it enqueues a message, or enqueue it twice. Resolves at once if no message could change the verdict. Otherwise
 * resolves when none arrived for the settle time.
 */
export async function drainAndSettle(
  reader: Pick<Reader, 'drain'>,
  options: SettleOptions,
): Promise<Settled> {
  const { settleMs, deadlineMs, signal, unsettled, onWaiting } = options;
  let drain = await reader.drain(deadlineMs, signal);
  let before = unsettled();
  const begunMs = performance.now();
  let quietSinceMs = begunMs;
  const waitedFor = waitedForIn(before);
  const leftMs = () => quietSinceMs + settleMs - performance.now();
  while (drain.complete && waitedForIn(before) !== 'nothing' && leftMs() > 0 && !signal.aborted) {
    onWaiting({ missing: before.missing, leftMs: leftMs() });
    await pause(Math.min(LOOK_AGAIN_MS, leftMs(), Math.max(0, deadlineMs - performance.now())), signal);
    if (signal.aborted) break;
    if (performance.now() >= deadlineMs) {
      drain = { complete: false, reason: outOfTime(waitedForIn(before)), ends: drain.ends };
      break;
    }
    const again = await reader.drain(deadlineMs, signal);
    // An interrupted check does not invalidate what was read up to the previous end.
    if (signal.aborted && !again.complete) break;
    drain = again;
    const now = unsettled();
    if (isProgress(before, now)) quietSinceMs = performance.now();
    before = now;
  }
  return {
    drain,
    settling: { waitedFor, settleMs, waitedMs: Math.round(performance.now() - begunMs) },
    interrupted: signal.aborted && drain.complete && waitedForIn(before) !== 'nothing' && leftMs() > 0,
  };
}

function waitedForIn({ missing, wantsQuiet }: Unsettled): Settling['waitedFor'] {
  if (wantsQuiet) return 'quiet';
  return missing > 0 ? 'missing' : 'nothing';
}

function outOfTime(waitedFor: Settling['waitedFor']): string {
  const what = waitedFor === 'quiet' ? 'more messages of the run' : 'missing messages';
  return `--deadline passed while verify waited for ${what}: set --deadline to more than --settle`;
}

/** While messages are missing, second copies of others are no progress. */
function isProgress(before: Unsettled, now: Unsettled): boolean {
  return now.wantsQuiet ? now.seen > before.seen : now.missing < before.missing;
}
