import type { ReceiptOutcome } from '../../../runs/rows/receipts-csv.ts';
import type { Outcome } from '../../../samples/outcome.ts';

/**
 * What is known about a message, in one byte. From the lowest bit: outcome (2 bits), number of copies read (2),
 * receipts (2), dead-lettered (1), fields added by a proxy (1). Numbers stop at 2, which means two or more.
 */
type SlotState = number;

export interface MessageState {
  /** The outcome in the samples. Null if the samples have no row for the message. */
  readonly outcome: Outcome | null;
  /** Number of copies that were read. A 2 means two or more copies. */
  readonly seen: number;
  readonly hasReceipt: boolean;
  /** How often a service processed the message. A 2 means two or more times. */
  readonly processed: number;
  readonly deadLettered: boolean;
  /** Whether a proxy added fields to one of the copies. */
  readonly enriched: boolean;
}

/** The outcomes, by the value of the lowest two bits of a slot's state. */
const OUTCOMES: readonly (Outcome | null)[] = [null, 'acked', 'rejected', 'indeterminate'];
const TWO_BITS = 0b11;
const SEEN_SHIFT = 2;
/**
 * Position of the two bits for receipts. Their value 0 means no receipt, 1 means receipts but not for a
 * processed message, 2 means processed once, and 3 means processed more than once.
 */
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

/** Number of copies that were read. A 2 means two or more copies. */
export function seenIn(state: SlotState): number {
  return (state >> SEEN_SHIFT) & TWO_BITS;
}

/** How often a service processed the message. A 2 means two or more times. */
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

/** Whether the message was acknowledged, but neither read nor received by a service. */
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

/** Whether the message was acknowledged and read once, and nothing else is known about it. */
export function isPlain(state: SlotState): boolean {
  return state === PLAIN;
}

/** Removes what is known about copies, because they come from another sender with the same run ID. */
export function withoutSightings(state: SlotState): SlotState {
  return state & ~((TWO_BITS << SEEN_SHIFT) | ENRICHED);
}

export function withReceipt(state: SlotState, outcome: ReceiptOutcome): SlotState {
  const received = hasReceipt(state) ? state : state + (1 << RECEIPTS_SHIFT);
  if (outcome === 'dead-lettered') return received | DEAD_LETTERED;
  if (outcome === 'failed' || processedIn(state) === 2) return received;
  return received + (1 << RECEIPTS_SHIFT);
}

const PLAIN = withSighting(withOutcome(0, 'acked'), false);
