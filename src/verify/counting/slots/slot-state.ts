import type { ReceiptOutcome } from '../../../runs/rows/receipts-csv.ts';
import type { Outcome } from '../../../samples/outcome.ts';

/**
 * What one byte tells of a message, from the lowest bit: its outcome (2), how often it was seen (2) and processed (2),
 * whether it was dead-lettered, and whether there is any receipt of it. Counts end at 2 for more.
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
}

/** The index is what the lowest two bits hold. */
const OUTCOMES: readonly (Outcome | null)[] = [null, 'acked', 'rejected', 'indeterminate'];
const TWO_BITS = 0b11;
const SEEN_SHIFT = 2;
const PROCESSED_SHIFT = 4;
const DEAD_LETTERED = 1 << 6;
const RECEIPT = 1 << 7;

export function unpacked(state: SlotState): MessageState {
  return {
    outcome: outcomeIn(state),
    seen: seenIn(state),
    hasReceipt: hasReceipt(state),
    processed: processedIn(state),
    deadLettered: isDeadLettered(state),
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
  return (state >> PROCESSED_SHIFT) & TWO_BITS;
}

export function isDeadLettered(state: SlotState): boolean {
  return (state & DEAD_LETTERED) !== 0;
}

function hasReceipt(state: SlotState): boolean {
  return (state & RECEIPT) !== 0;
}

/** Acked, and neither seen nor in a service's hands. */
export function isMissing(state: SlotState): boolean {
  return outcomeIn(state) === 'acked' && seenIn(state) === 0 && !hasReceipt(state);
}

export function withOutcome(state: SlotState, outcome: Outcome): SlotState {
  return state | OUTCOMES.indexOf(outcome);
}

export function withSighting(state: SlotState): SlotState {
  return seenIn(state) < 2 ? state + (1 << SEEN_SHIFT) : state;
}

/** Those that were seen turned out to be another's. */
export function withoutSightings(state: SlotState): SlotState {
  return state & ~(TWO_BITS << SEEN_SHIFT);
}

export function withReceipt(state: SlotState, outcome: ReceiptOutcome): SlotState {
  const received = state | RECEIPT;
  if (outcome === 'dead-lettered') return received | DEAD_LETTERED;
  if (outcome === 'failed' || processedIn(state) === 2) return received;
  return received + (1 << PROCESSED_SHIFT);
}
