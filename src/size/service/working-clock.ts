import { mergeOutages, type Outage } from '../../capacity/outages.ts';

/** Tolerance for rounding errors: times that differ by less are equal. No measurement is so precise. */
export const ROUNDING_MS = 1e-6;

interface Stop extends Outage {
  /** Working time at the start of the outage. It does not include earlier outages. */
  readonly workingMs: number;
  /** Total length of this outage and all earlier ones. */
  readonly lostMs: number;
}

/**
 * A clock that stops during outages and shows the working time. According to this clock, a service works without
 * interruption. So the models can ignore outages.
 */
export class WorkingClock {
  readonly #stops: readonly Stop[];

  constructor(outages: readonly Outage[]) {
    let lostMs = 0;
    this.#stops = mergeOutages(outages).map(({ fromMs, toMs }) => {
      const workingMs = fromMs - lostMs;
      lostMs += toMs - fromMs;
      return { fromMs, toMs, workingMs, lostMs };
    });
  }

  get outages(): readonly Outage[] {
    return this.#stops;
  }

  /** The working time at the start of each outage. */
  get stopsMs(): readonly number[] {
    return this.#stops.map(({ workingMs }) => workingMs);
  }

  workingTime(timeMs: number): number {
    const stop = this.#last(({ fromMs }) => fromMs <= timeMs);
    if (stop === undefined) return timeMs;
    return timeMs < stop.toMs ? stop.workingMs : timeMs - stop.lostMs;
  }

  /**
   * Converts working time to normal time, for the start of work. If an outage starts at that moment, returns the end
   * of the outage.
   */
  startTime(workingMs: number): number {
    return workingMs + (this.#last((stop) => stop.workingMs <= workingMs + ROUNDING_MS)?.lostMs ?? 0);
  }

  /**
   * Converts working time to normal time, for the end of work. If an outage starts at that moment, returns the time
   * before the outage.
   */
  finishTime(workingMs: number): number {
    return workingMs + (this.#last((stop) => stop.workingMs < workingMs - ROUNDING_MS)?.lostMs ?? 0);
  }

  /**
   * Returns the last outage for which `isBefore` is true, by binary search. `isBefore` must be true for the first
   * outages and false for all later outages.
   */
  #last(isBefore: (stop: Stop) => boolean): Stop | undefined {
    let from = 0;
    let to = this.#stops.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isBefore(this.#stops[middle] as Stop)) from = middle + 1;
      else to = middle;
    }
    return this.#stops[from - 1];
  }
}
