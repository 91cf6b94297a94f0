import { pause } from '../../pause.ts';
import type { Drain, Reader } from '../../queue/reader.ts';
import type { Settling } from '../../runs/documents/verify-json.ts';

/** Number of messages found and missing, and whether a further message could change the verdict. */
export interface Unsettled {
  /** Number of acknowledged messages that were not found so far. */
  readonly missing: number;
  /** Whether a further message could change the verdict even if no message is missing. */
  readonly wantsQuiet: boolean;
  /** Number of messages of the runs that were found. */
  readonly seen: number;
}

export interface SettleOptions {
  /** The wait ends if nothing arrives for this long. Messages that are still missing count as lost. */
  readonly settleMs: number;
  /** Deadline for the whole reading, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly unsettled: () => Unsettled;
  /** Called each time before the end of the queue is checked again. */
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
  /** Whether the user interrupted the wait. If so, missing messages might have arrived later. */
  readonly interrupted: boolean;
}

/** How often to check whether the queue has a new end. */
const LOOK_AGAIN_MS = 250;

/**
 * Reads to the end of the queue, and continues to read while a further message could change the verdict. A
 * proxy may answer before it sends a message to the queue, or may send a message twice. Resolves at once if
 * no further message could change the verdict. Otherwise resolves when no message arrived for the settle
 * time.
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
    // If the user interrupted this reading before it reached the end of the queue, the result of the previous reading
    // stays valid.
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

/**
 * Whether a message arrived that restarts the settle time. While messages are missing, only a missing message
 * restarts it, not a second copy of another message.
 */
function isProgress(before: Unsettled, now: Unsettled): boolean {
  return now.wantsQuiet ? now.seen > before.seen : now.missing < before.missing;
}
