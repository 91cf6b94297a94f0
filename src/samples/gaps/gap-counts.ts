import type { Outcome } from '../outcome.ts';
import type { AckSpan, LongSpans } from './ack-times.ts';

/**
 * What the queue shows about the message of a request whose outcome was indeterminate, or whose outcome the queue
 * contradicts.
 */
export const FATES = ['recovered', 'unresolved', 'lost', 'phantom'] as const;
export type Fate = (typeof FATES)[number];

/** A span of time in which requests were in flight and none was acknowledged. */
export interface Gap {
  /** Start of the gap in epoch milliseconds. */
  readonly fromMs: number;
  readonly lengthMs: number;
  /**
   * Whether a request was acknowledged at the end of the gap. Otherwise the gap lasted until the last
   * request.
   */
  readonly isRecovered: boolean;
  /**
   * Milliseconds from the start of the first request that was not acknowledged to the first acknowledgement after it.
   * Null if there is no such request or no such acknowledgement.
   */
  readonly recoveryMs: number | null;
  /** Number of requests in flight during the gap: sent in the gap, or sent before it and not yet answered. */
  readonly sent: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly fates: Readonly<Record<Fate, number>>;
}

interface Counted {
  readonly span: AckSpan;
  firstStartMs: number;
  firstUnackedMs: number;
  readonly outcomes: Record<Outcome, number>;
  readonly fates: Record<Fate, number>;
}

/**
 * Counts the requests that were in flight during the given spans without an acknowledgement. Requests may come in any
 * order.
 */
export class GapCounts {
  readonly #counted: readonly Counted[];
  readonly #thresholdMs: number;

  constructor({ spans, thresholdMs }: LongSpans) {
    this.#thresholdMs = thresholdMs;
    this.#counted = spans.map((span) => ({
      span,
      firstStartMs: Number.POSITIVE_INFINITY,
      firstUnackedMs: Number.POSITIVE_INFINITY,
      outcomes: { acked: 0, rejected: 0, indeterminate: 0 },
      fates: { recovered: 0, unresolved: 0, lost: 0, phantom: 0 },
    }));
  }

  /**
   * Adds a request.
   * @param fateOf returns what the queue shows about the message of the request; called only if the request was in
   * flight during one of the gaps
   */
  add(startMs: number, endMs: number, outcome: Outcome, fateOf: () => Fate | null = () => null): void {
    for (const counted of this.#counted) {
      if (!isUnderWay(counted.span, startMs, endMs, outcome)) continue;
      counted.firstStartMs = Math.min(counted.firstStartMs, startMs);
      if (outcome !== 'acked') counted.firstUnackedMs = Math.min(counted.firstUnackedMs, startMs);
      counted.outcomes[outcome]++;
      const fate = fateOf();
      if (fate !== null) counted.fates[fate]++;
    }
  }

  /**
   * Returns the gaps. A pause of the sender is no gap. So the length of a gap counts from the first request that was in
   * flight in the gap.
   */
  gaps(): Gap[] {
    return this.#counted.map(gapOf).filter(({ lengthMs }) => lengthMs >= this.#thresholdMs);
  }
}

/**
 * Whether a request was in flight during the span. A failed request that ends in the same millisecond as the
 * last acknowledgement belongs to the gap.
 */
function isUnderWay(
  { fromMs, toMs, isRecovered }: AckSpan,
  startMs: number,
  endMs: number,
  outcome: Outcome,
): boolean {
  const endsIn = outcome === 'acked' ? endMs > fromMs : endMs >= fromMs;
  return endsIn && (isRecovered ? startMs < toMs : startMs <= toMs);
}

function gapOf({ span, firstStartMs, firstUnackedMs, outcomes, fates }: Counted): Gap {
  const { toMs, isRecovered } = span;
  const fromMs = Math.max(span.fromMs, firstStartMs);
  return {
    fromMs,
    lengthMs: toMs - fromMs,
    isRecovered,
    recoveryMs: isRecovered && Number.isFinite(firstUnackedMs) ? toMs - firstUnackedMs : null,
    sent: outcomes.acked + outcomes.rejected + outcomes.indeterminate,
    outcomes,
    fates,
  };
}
