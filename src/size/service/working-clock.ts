import { mergeOutages, type Outage } from '../../capacity/outages.ts';

/** Largest rounding error of a time. It is far below any measurable difference. */
export const ROUNDING_MS = 1e-6;

interface Stop extends Outage {
  /** Working time at which the outage starts. */
  readonly workingMs: number;
  /** Total length of this outage and all earlier ones. */
  readonly lostMs: number;
}

/**
 * A clock that stops during outages. According to this clock, a service works without interruption. So the models can
 * ignore outages.
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

  /** Working times at which the clock stops. */
  get stopsMs(): readonly number[] {
    return this.#stops.map(({ workingMs }) => workingMs);
  }

  workingTime(timeMs: number): number {
    const stop = this.#last(({ fromMs }) => fromMs <= timeMs);
    if (stop === undefined) return timeMs;
    return timeMs < stop.toMs ? stop.workingMs : timeMs - stop.lostMs;
  }

  /**
   * Converts working time (time without outages) to clock time, for work that starts then. If an outage starts at that
   * moment, returns its end.
   */
  startTime(workingMs: number): number {
    return workingMs + (this.#last((stop) => stop.workingMs <= workingMs + ROUNDING_MS)?.lostMs ?? 0);
  }

  /** End of work at this working time. If an outage starts then, the work ends before it. */
  finishTime(workingMs: number): number {
    return workingMs + (this.#last((stop) => stop.workingMs < workingMs - ROUNDING_MS)?.lostMs ?? 0);
  }

  /** The last stop for which `isBefore` is true. Stops with true come first. */
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
