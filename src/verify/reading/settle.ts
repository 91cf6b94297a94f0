import { pause } from '../../pause.ts';
import type { Drain, Reader } from '../../queue/queue.ts';
import type { Settling } from '../../runs/documents/verify-json.ts';

/** What more messages could change, at one moment. */
export interface Unsettled {
  /** Acknowledged messages that were not seen yet. */
  readonly missing: number;
  /** Whether a message of the runs could change the verdict though none is missing. */
  readonly wantsQuiet: boolean;
  /** How many messages of the runs were seen. */
  readonly seen: number;
}

export interface SettleOptions {
  /** How long nothing may come before what is missing counts as lost, and before the queue counts as quiet. */
  readonly settleMs: number;
  /** Bound on all of the reading, milliseconds of `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly unsettled: () => Unsettled;
  /** Called at each look at the queue's end. */
  readonly onWaiting: (waiting: SettleWait) => void;
}

/** What is waited for, and how long still if nothing comes. */
export interface SettleWait {
  readonly missing: number;
  readonly leftMs: number;
}

export interface Settled {
  readonly drain: Drain;
  readonly settling: Settling;
  /** Stopped before the time had passed: nobody knows whether the rest would have come. */
  readonly interrupted: boolean;
}

/** Between two looks at the queue's end. */
const LOOK_AGAIN_MS = 250;

/**
 * Reads up to the queue's end, and again while one more message could change the verdict: a proxy may answer before it
 * enqueues, and enqueue a second time. Resolves at once when none could, else when none came for the time to settle.
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
    // What was read up to the last end still counts, wherever a look at the next one was interrupted.
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
  return `--deadline passed while verify waited for ${what}: give it more time than --settle`;
}

/** Second copies of what is there bring nothing of what is missing. */
function isProgress(before: Unsettled, now: Unsettled): boolean {
  return now.wantsQuiet ? now.seen > before.seen : now.missing < before.missing;
}
