import type { Identity } from '../../message/identity.ts';
import { isPlanned } from '../../plan/plan.ts';
import { isWithin, type RowWindow, SENT_AFTER_ROW_MS } from '../row-window.ts';
import type { GatheredRun } from './gathered.ts';

/** How far a clock may go back between the start of a run and its first sending. */
export const CLOCK_STEP_MS = 1_000;
/** How far a clock that is slewed may have come to differ from one that is not, at the end of a long run. */
export const CLOCK_SLEW_MS = 60_000;
/** Without run.json nobody knows how long before its first row a sender began. */
const BEFORE_FIRST_ROW_MS = 10_000;

/** When this execution can have sent: what does not fit its row, and was sent then, is a riddle. */
export function periodOf({ samples, startedAtMs, ended, sentUntilMs }: GatheredRun): RowWindow {
  const fromMs =
    startedAtMs === null ? samples.firstStartMs - BEFORE_FIRST_ROW_MS : startedAtMs - CLOCK_STEP_MS;
  if (!ended && startedAtMs !== null) return { fromMs, toMs: Number.POSITIVE_INFINITY };
  return { fromMs, toMs: Math.max(samples.lastEndMs, sentUntilMs) + SENT_AFTER_ROW_MS };
}

/**
 * Whether a message without a row may be this execution's. Without run.json nobody knows what rows there should be;
 * and a killed sender has not written its last ones, whenever it was killed.
 */
export function mayBeOfRun(run: GatheredRun, identity: Omit<Identity, 'run'>, sentAtMs: number): boolean {
  if (run.plan === null) return true;
  const period = periodOf(run);
  if (run.ended || isPlanned(run.plan, identity)) return isWithin(sentAtMs, period);
  return isWithin(sentAtMs, { ...period, toMs: run.samples.lastEndMs + SENT_AFTER_ROW_MS });
}
