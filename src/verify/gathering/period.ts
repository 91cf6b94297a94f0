import type { Identity } from '../../message/identity.ts';
import { isPlanned } from '../../plan/plan.ts';
import { isWithin, type RowWindow, SENT_AFTER_ROW_MS } from '../row-window.ts';
import type { GatheredRun } from './gathered.ts';

/** Maximum time by which the clock may be set back between the start of a run and its first send. */
export const CLOCK_STEP_MS = 1_000;
/**
 * Maximum difference between two clocks at the end of a long run. One clock may be slowly adjusted while the other one
 * is not.
 */
export const CLOCK_SLEW_MS = 60_000;
/** Maximum time between the start of a sender and its first row. Used only if run.json is missing. */
const BEFORE_FIRST_ROW_MS = 10_000;

/**
 * Returns the period in which the sender of this run can have sent messages. If a message from this period has no row,
 * a row is missing.
 */
export function periodOf({ samples, startedAtMs, ended, sentUntilMs }: GatheredRun): RowWindow {
  const fromMs =
    startedAtMs === null ? samples.firstStartMs - BEFORE_FIRST_ROW_MS : startedAtMs - CLOCK_STEP_MS;
  if (!ended && startedAtMs !== null) return { fromMs, toMs: Number.POSITIVE_INFINITY };
  return { fromMs, toMs: Math.max(samples.lastEndMs, sentUntilMs) + SENT_AFTER_ROW_MS };
}

/**
 * Whether a message without a row may come from the sender of this run, and not from another one with the
 * same run ID. A killed sender may not have written its last rows. Always true if run.json is missing,
 * because the plan is not known.
 */
export function mayBeOfRun(run: GatheredRun, identity: Omit<Identity, 'run'>, sentAtMs: number): boolean {
  if (run.plan === null) return true;
  const period = periodOf(run);
  if (run.ended || isPlanned(run.plan, identity)) return isWithin(sentAtMs, period);
  return isWithin(sentAtMs, { ...period, toMs: run.samples.lastEndMs + SENT_AFTER_ROW_MS });
}
