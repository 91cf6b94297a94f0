import type { ReceiptOutcome } from '../../../runs/rows/receipts-csv.ts';
import type { Outcome } from '../../../samples/outcome.ts';

/**
 * What one byte tells of a message, from the lowest bit: its outcome (2), how often it was seen (2), its receipts (2),
 * whether it was dead-lettered, and whether a proxy added fields to a copy. Counts end at 2 for more.
 */
type SlotState = number;

export interface MessageState {
  /** Null: no row in the samples. */
  readonly outcome: Outcome | null;
  /** 0, 1, or 2 for more. */
  readonly seen: number;
  /** A service had it in hand. */
  readonly hasReceipt: boolean;
  /** 0, 1, or 2 for more. */
  readonly processed: number;
  readonly deadLettered: boolean;
  /** A copy was seen to which a proxy had added fields. */
  readonly enriched: boolean;
}

/** The index is what the lowest two bits hold. */
const OUTCOMES: readonly (Outcome | null)[] = [null, 'acked', 'rejected', 'indeterminate'];
const TWO_BITS = 0b11;
const SEEN_SHIFT = 2;
/** 0: there is no receipt; 1: none says that it was processed; 2: one does; 3: more do. */
const RECEIPTS_SHIFT = 4;
const DEAD_LETTERED = 1 << 6;
const ENRICHED = 1 << 7;

export function unpacked(state: SlotState): MessageState {
  return {
    outcome: outcomeIn(state),
    seen: seenIn(state),
    hasReceipt: hasReceipt(state),
    processed: processedIn(state),
    deadLettered: isDeadLettered(state),
    enriched: (state & ENRICHED) !== 0,
  };
}

export function outcomeIn(state: SlotState): Outcome | null {
  return OUTCOMES[state & TWO_BITS] ?? null;
}

/** 0, 1, or 2 for more. */
export function seenIn(state: SlotState): number {
  return (state >> SEEN_SHIFT) & TWO_BITS;
}

/** 0, 1, or 2 for more. */
export function processedIn(state: SlotState): number {
  return Math.max(0, receiptsIn(state) - 1);
}

export function isDeadLettered(state: SlotState): boolean {
  return (state & DEAD_LETTERED) !== 0;
}

function hasReceipt(state: SlotState): boolean {
  return receiptsIn(state) > 0;
}

function receiptsIn(state: SlotState): number {
  return (state >> RECEIPTS_SHIFT) & TWO_BITS;
}

/** Acked, and neither seen nor in a service's hands. */
export function isMissing(state: SlotState): boolean {
  return outcomeIn(state) === 'acked' && seenIn(state) === 0 && !hasReceipt(state);
}

export function withOutcome(state: SlotState, outcome: Outcome): SlotState {
  return state | OUTCOMES.indexOf(outcome);
}

export function withSighting(state: SlotState, isEnriched: boolean): SlotState {
  const seen = seenIn(state) < 2 ? state + (1 << SEEN_SHIFT) : state;
  return isEnriched ? seen | ENRICHED : seen;
}

/** Those that were seen turned out to be another's. */
export function withoutSightings(state: SlotState): SlotState {
  return state & ~((TWO_BITS << SEEN_SHIFT) | ENRICHED);
}

export function withReceipt(state: SlotState, outcome: ReceiptOutcome): SlotState {
  const received = hasReceipt(state) ? state : state + (1 << RECEIPTS_SHIFT);
  if (outcome === 'dead-lettered') return received | DEAD_LETTERED;
  if (outcome === 'failed' || processedIn(state) === 2) return received;
  return received + (1 << RECEIPTS_SHIFT);
}
