import { mergeOutages, type Outage } from '../../capacity/outages.ts';

/** What rounding may move a time by, far below anything measured. */
export const ROUNDING_MS = 1e-6;

interface Stop extends Outage {
  /** Working time at which it begins. */
  readonly workingMs: number;
  /** Length of this outage and of all before. */
  readonly lostMs: number;
}

/**
 * A clock that stands still during outages. On it a service works without interruption, so that the models need to
 * know nothing about outages but how to read it.
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

  /** When work begins that is due at this working time: after an outage that begins then. */
  startTime(workingMs: number): number {
    return workingMs + (this.#last((stop) => stop.workingMs <= workingMs + ROUNDING_MS)?.lostMs ?? 0);
  }

  /** When work is done that ends at this working time: before an outage that begins then. */
  finishTime(workingMs: number): number {
    return workingMs + (this.#last((stop) => stop.workingMs < workingMs - ROUNDING_MS)?.lostMs ?? 0);
  }

  /** The last stop that is before; those that are come first. */
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
