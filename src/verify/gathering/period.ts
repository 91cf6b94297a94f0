import type { Identity } from '../../message/identity.ts';
import { isPlanned } from '../../plan/plan.ts';
import { isWithin, type RowWindow, SENT_AFTER_ROW_MS } from '../row-window.ts';
import type { GatheredRun } from './gathered.ts';

/** How far the clock may be set back between the start of a run and its first send. */
export const CLOCK_STEP_MS = 1_000;
/** How far a slewed clock and a steady one may differ at the end of a long run. */
export const CLOCK_SLEW_MS = 60_000;
/** How long before its first row a sender may have started. Used only without run.json. */
const BEFORE_FIRST_ROW_MS = 10_000;

/**
 * The period in which this execution can have sent messages. A message from this period that matches no row cannot be
 * explained.
 */
export function periodOf({ samples, startedAtMs, ended, sentUntilMs }: GatheredRun): RowWindow {
  const fromMs =
    startedAtMs === null ? samples.firstStartMs - BEFORE_FIRST_ROW_MS : startedAtMs - CLOCK_STEP_MS;
  if (!ended && startedAtMs !== null) return { fromMs, toMs: Number.POSITIVE_INFINITY };
  return { fromMs, toMs: Math.max(samples.lastEndMs, sentUntilMs) + SENT_AFTER_ROW_MS };
}

/**
 * Whether a message without a row may belong to this execution. Without run.json, the expected rows are not known. A
 * killed sender may not have written its last rows.
 */
export function mayBeOfRun(run: GatheredRun, identity: Omit<Identity, 'run'>, sentAtMs: number): boolean {
  if (run.plan === null) return true;
  const period = periodOf(run);
  if (run.ended || isPlanned(run.plan, identity)) return isWithin(sentAtMs, period);
  return isWithin(sentAtMs, { ...period, toMs: run.samples.lastEndMs + SENT_AFTER_ROW_MS });
}
