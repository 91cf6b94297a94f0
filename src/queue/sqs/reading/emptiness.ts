import { plural, verb } from '../../../plural.ts';
import type { ApproximateCounts } from '../requests/attributes.ts';
import type { EmptyPoll } from './receivers.ts';

/** What is known of a queue at one moment, monotonic milliseconds. */
export interface Look {
  readonly counts: ApproximateCounts;
  /** Before the counts were asked for. */
  readonly atMs: number;
  /** When a message came last. */
  readonly lastArrivalMs: number;
  /** Messages that we have received and not deleted yet. */
  readonly held: number;
  readonly emptyPolls: readonly (EmptyPoll | null)[];
}

/**
 * Gathers the evidence that a queue is empty: for a span of time its counts were zero whenever it was asked, nothing
 * came, and every receiver's long poll, which asks all of the service's servers, brought nothing.
 */
export class Emptiness {
  readonly #spanMs: number;
  /** Since when all evidence is for it; null: it is not. */
  #sinceMs: number | null = null;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** The evidence has a gap: it begins anew. */
  interrupt(): void {
    this.#sinceMs = null;
  }

  /**
   * Adds what was seen, and tells why the queue is not known to be empty as of `asOfMs`, or null when it is.
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
    return `the queue was not seen empty for ${this.#spanMs / 1_000} s on end`;
  }
}

function contentsOf({ counts, held }: Look): string | null {
  const { visible, notVisible, delayed } = counts;
  if (held > 0) return `${plural(held, 'message')} ${verb(held, 'is', 'are')} read and not yet deleted`;
  if (notVisible > 0)
    return `${plural(notVisible, 'message')} ${verb(notVisible, 'is', 'are')} in flight with another reader`;
  if (delayed > 0) return `the queue delays ${plural(delayed, 'message')}`;
  return visible > 0 ? `the queue holds ${plural(visible, 'message')}` : null;
}
