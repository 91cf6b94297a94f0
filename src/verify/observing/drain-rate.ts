import type { ObservedEnd } from '../../runs/documents/observed-service-json.ts';

/** Fewer commits, or commits within less time, show the rhythm of the commits and not the pace of the service. */
const LEAST_CHANGES = 3;
const LEAST_MS = 1_000;

interface Total {
  readonly atMs: number;
  readonly committed: number;
}

/** A time in which the group always had something to do. */
interface BusySpan {
  /** The first commit in it. The service may have worked on its messages before. */
  readonly first: Total;
  readonly last: Total;
  readonly changes: number;
}

/**
 * Measures the rate of the commits while messages waited. It uses the busy span with the most commits, from its first
 * to its last commit, because a service may commit only now and then.
 */
export class DrainRate {
  #before: Total | null = null;
  #span: BusySpan | null = null;
  #best: BusySpan | null = null;

  /**
   * @param committed sum of the committed offsets
   * @param isBusy whether a message waited during the whole time since the last observation
   */
  take(atMs: number, committed: number, isBusy: boolean): void {
    const before = this.#before;
    const now = { atMs, committed };
    this.#before = now;
    if (!isBusy || before === null || committed < before.committed) this.#span = null;
    else if (committed > before.committed) this.#extend(now);
  }

  get measured(): ObservedEnd['drainRate'] {
    if (this.#best === null || this.#best.changes < LEAST_CHANGES) return null;
    const { first, last } = this.#best;
    const ms = last.atMs - first.atMs;
    if (ms < LEAST_MS) return null;
    const messages = last.committed - first.committed;
    return { perSecond: (messages / ms) * 1000, messages, fromMs: first.atMs, toMs: last.atMs };
  }

  #extend(now: Total): void {
    const { first = now, changes = 0 } = this.#span ?? {};
    this.#span = { first, last: now, changes: changes + 1 };
    if (this.#best === null || committedIn(this.#span) > committedIn(this.#best)) this.#best = this.#span;
  }
}

function committedIn({ first, last }: BusySpan): number {
  return last.committed - first.committed;
}
