import { plural, verb } from '../../../plural.ts';
import type { ApproximateCounts } from '../requests/attributes.ts';
import type { EmptyPoll } from './receivers.ts';

/** One observation of the queue. Times are monotonic milliseconds. */
export interface Look {
  readonly counts: ApproximateCounts;
  /** Time just before the counts were requested. */
  readonly atMs: number;
  /** Time when the latest message arrived. */
  readonly lastArrivalMs: number;
  /** Number of messages that this reader received and has not deleted yet. */
  readonly held: number;
  readonly emptyPolls: readonly (EmptyPoll | null)[];
}

/**
 * Decides whether a queue is empty. During a whole period, all counts must be zero and no message may arrive.
 * In the same period, a long poll of every receiver must return nothing. A long poll asks all servers of SQS.
 */
export class Emptiness {
  readonly #spanMs: number;
  /**
   * Start of the period in which every observation shows an empty queue. Null if the last observation does
   * not show an empty queue.
   */
  #sinceMs: number | null = null;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Ends the period in which every observation showed an empty queue, because an observation failed. */
  interrupt(): void {
    this.#sinceMs = null;
  }

  /**
   * Adds an observation. Returns null if the queue is empty as of `asOfMs`, otherwise the reason why that is not
   * known.
   */
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
