import type { Outage } from '../../capacity/outages.ts';
import type { Clock } from './clock.ts';

export interface OutagesOptions {
  /** The outages in order of time, without overlaps. */
  readonly outages: readonly Outage[];
  readonly clock: Clock;
  /** When this signal is aborted, the schedule ends at once. */
  readonly signal: AbortSignal;
  readonly leave: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
}

/** Calls `leave` and `comeBack` at the times of each outage. Resolves after the last outage, or on abort. */
export async function runOutages(sinceMs: number, options: OutagesOptions): Promise<void> {
  const { outages, clock, signal, leave, comeBack } = options;
  for (const { fromMs, toMs } of outages) {
    await clock.until(sinceMs + fromMs, signal);
    if (signal.aborted) return;
    await leave();
    await clock.until(sinceMs + toMs, signal);
    if (signal.aborted) return;
    await comeBack();
  }
}
