import type { Plan } from '../../plan/plan.ts';
import { CLOCK_SLEW_MS, CLOCK_STEP_MS } from '../gathering/period.ts';
import { isWithin, type RowWindow } from '../row-window.ts';

/** What run.json says about a run. */
export interface KnownRun {
  readonly plan: Plan;
  readonly startedAtMs: number;
  readonly end: { readonly atMs: number } | null;
}

/**
 * Returns a function for the number of requests in a thread group, which identities distinguish. The number is 1 if the
 * run is not known, or if JMeter ran its test plan unchanged.
 */
export function requestsOf(known: () => KnownRun | null): (group: number) => number {
  return (group) => {
    const plan = known()?.plan;
    return plan?.foreign === undefined ? (plan?.threadGroups[group - 1]?.requests.length ?? 1) : 1;
  };
}

/** The period in which the messages of each run can have been sent. */
export class RunPeriods {
  readonly #known: (run: string) => KnownRun | null;
  readonly #periods = new WeakMap<KnownRun, RowWindow>();

  constructor(known: (run: string) => KnownRun | null) {
    this.#known = known;
  }

  /** The period of a run. Null if the run is not known. */
  of(run: string): RowWindow | null {
    const known = this.#known(run);
    if (known === null) return null;
    const cached = this.#periods.get(known);
    if (cached !== undefined) return cached;
    const { startedAtMs, end } = known;
    const toMs = end === null ? Number.POSITIVE_INFINITY : end.atMs + CLOCK_SLEW_MS;
    const period = { fromMs: startedAtMs - CLOCK_STEP_MS, toMs };
    this.#periods.set(known, period);
    return period;
  }

  /** Whether a message was sent before or after the run. */
  isOutside(run: string, sentAtMs: number): boolean {
    const period = this.of(run);
    return period !== null && !isWithin(sentAtMs, period);
  }
}
