import type { ObservedEnd } from '../../runs/documents/observed-service-json.ts';

/**
 * A measurement needs at least this many changes of the number of processed messages, over at least this time. Fewer
 * changes only show when the service reports its progress, not how fast it works.
 */
const LEAST_CHANGES = 3;
const LEAST_MS = 1_000;

interface Total {
  readonly atMs: number;
  readonly done: number;
}

/** A period in which the service always had messages to process. */
interface BusySpan {
  /**
   * The first change of the total in the period. Its messages do not count for the rate, because the service may have
   * worked on them before the period.
   */
  readonly first: Total;
  readonly last: Total;
  readonly changes: number;
}

/**
 * Measures the rate of a service while messages waited. Of all periods in which messages always waited, the one with
 * the most processed messages counts. The rate is measured between the first and the last change, because a service
 * may report its progress only rarely.
 */
export class DrainRate {
  #before: Total | null = null;
  #span: BusySpan | null = null;
  #best: BusySpan | null = null;

  /**
   * Adds an observation.
   * @param done running total of the messages that the service has finished or taken; only its changes matter
   * @param isBusy whether a message waited during the whole time since the last observation
   */
  take(atMs: number, done: number, isBusy: boolean): void {
    const before = this.#before;
    const now = { atMs, done };
    this.#before = now;
    if (!isBusy || before === null || done < before.done) this.#span = null;
    else if (done > before.done) this.#extend(now);
  }

  get measured(): ObservedEnd['drainRate'] {
    if (this.#best === null || this.#best.changes < LEAST_CHANGES) return null;
    const { first, last } = this.#best;
    const ms = last.atMs - first.atMs;
    if (ms < LEAST_MS) return null;
    const messages = last.done - first.done;
    return { perSecond: (messages / ms) * 1000, messages, fromMs: first.atMs, toMs: last.atMs };
  }

  #extend(now: Total): void {
    const { first = now, changes = 0 } = this.#span ?? {};
    this.#span = { first, last: now, changes: changes + 1 };
    if (this.#best === null || doneIn(this.#span) > doneIn(this.#best)) this.#best = this.#span;
  }
}

function doneIn({ first, last }: BusySpan): number {
  return last.done - first.done;
}
