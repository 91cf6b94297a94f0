import { plural, verb } from '../../../plural.ts';
import type { ApproximateCounts } from '../requests/attributes.ts';
import type { EmptyPoll } from './receivers.ts';

/** An observation of the queue at one moment. Times are monotonic milliseconds. */
export interface Look {
  readonly counts: ApproximateCounts;
  /** Time just before the counts were requested. */
  readonly atMs: number;
  /** When the latest message arrived. */
  readonly lastArrivalMs: number;
  /** Messages that this reader received and has not deleted yet. */
  readonly held: number;
  readonly emptyPolls: readonly (EmptyPoll | null)[];
}

/**
 * Decides whether a queue is empty. For a whole period, every count must be zero and no message may arrive. Every
 * receiver's long poll must also return nothing; a long poll asks all servers of the service.
 */
export class Emptiness {
  readonly #spanMs: number;
  /** Since when all evidence shows an empty queue. Null while some does not. */
  #sinceMs: number | null = null;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Restarts the period, because some observation is missing. */
  interrupt(): void {
    this.#sinceMs = null;
  }

  /** Adds an observation. Returns why the queue is not known to be empty as of `asOfMs`, or null if it is empty. */
  add(look: Look, asOfMs: number): string | null {
    const contents = contentsOf(look);
    if (contents !== null) {
      this.#sinceMs = null;
      return contents;
    }
    const sinceMs = Math.max(this.#sinceMs ?? look.atMs, look.lastArrivalMs);
    this.#sinceMs = sinceMs;
    const polledInVain = look.emptyPolls.every(
      (poll) => poll !== null && poll.begunAtMs >= sinceMs && poll.endedAtMs >= asOfMs,
    );
    if (look.atMs - sinceMs >= this.#spanMs && polledInVain) return null;
    return `the queue was not observed empty for ${this.#spanMs / 1_000} s without a break`;
  }
}

function contentsOf({ counts, held }: Look): string | null {
  const { visible, notVisible, delayed } = counts;
  if (held > 0) return `${plural(held, 'message')} ${verb(held, 'was', 'were')} read and not deleted yet`;
  if (notVisible > 0)
    return `${plural(notVisible, 'message')} ${verb(notVisible, 'is', 'are')} in flight with another reader`;
  if (delayed > 0) return `the queue delays ${plural(delayed, 'message')}`;
  return visible > 0 ? `the queue holds ${plural(visible, 'message')}` : null;
}
