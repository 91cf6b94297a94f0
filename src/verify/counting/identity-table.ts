import type { Identity } from '../../message/identity.ts';
import type { Place } from '../../queue/message.ts';
import type { ReceiptOutcome } from '../../runs/rows/receipts-csv.ts';
import type { Outcome } from '../../samples/outcome.ts';
import { isWithin, type RowWindow } from '../row-window.ts';
import { EarlyCopies } from './early-copies.ts';
import type { Entry } from './entry.ts';
import { OtherExecutions } from './other-executions.ts';
import { PlacesElsewhere } from './slots/places-elsewhere.ts';
import { SlotBlocks, type ThreadEntries } from './slots/slot-blocks.ts';
import { isSamePlace, SlotPages } from './slots/slot-pages.ts';
import {
  isMissing,
  isPlain,
  outcomeIn,
  seenIn,
  unpacked,
  withOutcome,
  withoutSightings,
  withReceipt,
  withSighting,
} from './slots/slot-state.ts';
import { SlotTokens, type TokenSeen, type TokenSent } from './slots/slot-tokens.ts';

/**
 * Stores what is known about each message of one run, in twelve bytes (a slot): outcome, number of copies, first
 * position, results of a service, and send time. 10^7 messages need 120 MB; a Map would need 1 GB.
 */
export class IdentityTable {
  /** Messages with the run's ID that come from another sender, which used the same ID. */
  readonly others = new OtherExecutions();
  readonly #blocks: SlotBlocks<Entry>;
  readonly #pages = new SlotPages();
  readonly #early = new EarlyCopies();
  readonly #elsewhere = new PlacesElsewhere();
  readonly #tokens = new SlotTokens();
  #missing = 0;

  /**
   * Creates an empty table.
   * @param requestsOf returns the number of requests in a thread group, or 1 if it is not known; called once
   *   for each group
   */
  constructor(requestsOf: (group: number) => number) {
    this.#blocks = new SlotBlocks(requestsOf, (slot, identity) => this.#entry(slot, identity));
  }

  /** Number of acknowledged messages that were not read and have no receipt. */
  get missing(): number {
    return this.#missing;
  }

  /**
   * Records the outcome of a row. Returns `repeated` if an earlier row named the same message.
   * @param window the period in which the message of this row can have been sent
   */
  setOutcome(identity: Identity, outcome: Outcome, window: RowWindow): 'set' | 'repeated' {
    const slot = this.#blocks.slotOf(identity);
    const state = this.#pages.state(slot);
    if (outcomeIn(state) !== null) return 'repeated';
    this.#setState(slot, withOutcome(state, outcome));
    if (!this.#isSentWithin(slot, window)) this.#pages.setWindow(slot, window);
    for (const { places, seen, sentAtMs, isEnriched } of this.#early.take(slot)) {
      const [first] = places;
      for (let i = 0; i < seen; i++) {
        const place = places[i] ?? first;
        if (place !== undefined) this.#sight(slot, { place, sentAtMs, isEnriched });
      }
    }
    return 'set';
  }

  /**
   * Records that a message was read. Returns how often its identity was read before: 0, 1, or 2 (two or more times).
   * Returns `again` for a delivery that was read before or that the queue delivered again; such a delivery does not
   * count. Returns `other` if the send time does not fit the row, because the message then comes from another sender.
   * @param sentAtMs send time; null if no checksum proves it
   */
  addSighting(
    identity: Identity,
    place: Place,
    sentAtMs: number | null,
    { redelivered = false, isEnriched = false } = {},
  ): number | 'again' | 'other' {
    const slot = this.#blocks.slotOf(identity);
    const state = this.#pages.state(slot);
    const isKnown = seenIn(state) > 0;
    if (isKnown && isSamePlace(this.#pages.place(slot), place)) return 'again';
    const isOther = sentAtMs !== null && !this.#pages.fits(slot, sentAtMs);
    if (isOther && outcomeIn(state) === null && this.#early.add(slot, sentAtMs, place, isEnriched)) {
      this.#pages.keepFrom(place);
      return 'other';
    }
    return isKnown && redelivered && !isOther ? 'again' : this.#sight(slot, { place, sentAtMs, isEnriched });
  }

  /**
   * Records a receipt. Returns what was known about the message before. Returns `other` if the send time does
   * not fit the row, because the receipt is then for a message of another sender.
   * @param sentAtMs send time; null if no checksum proves it
   * @param addsUnknown whether to add a message that is not known yet; if false, a receipt of an unknown
   *   message returns null
   */
  addReceipt(
    identity: Identity,
    outcome: ReceiptOutcome,
    sentAtMs: number | null,
    addsUnknown: boolean,
  ): number | null | 'other' {
    if (!addsUnknown && !this.#blocks.has(identity)) return null;
    const slot = this.#blocks.slotOf(identity);
    const state = this.#pages.state(slot);
    if (!addsUnknown && state === 0) return null;
    if (sentAtMs !== null && !this.#pages.fits(slot, sentAtMs)) {
      // If `addsUnknown` is false, the queue is read in addition to the receipts. That reading has already counted this
      // message, so do not count it again.
      if (addsUnknown) this.others.add(sentAtMs);
      return 'other';
    }
    if (sentAtMs !== null) this.#pages.setSent(slot, sentAtMs);
    this.#setState(slot, withReceipt(state, outcome));
    return state;
  }

  /** Compares the row of a message with the copies that were read before the row. A token identifies the message. */
  addTokenSent(identity: Identity, sent: TokenSent): ReturnType<SlotTokens['addSent']> {
    return this.#tokens.addSent(this.#blocks.slotOf(identity), sent);
  }

  /** Pairs a copy of a message with the row of the message. A token identifies the message. */
  addTokenSeen(identity: Identity, seen: TokenSeen): ReturnType<SlotTokens['addSeen']> {
    return this.#tokens.addSeen(this.#blocks.slotOf(identity), seen);
  }

  /**
   * Time at which a message with a token was sent, in epoch milliseconds. Null if the row of the message is not known.
   */
  tokenSentAtMs(identity: Identity): number | null {
    return this.#blocks.has(identity) ? this.#tokens.sentAtMs(this.#blocks.slotOf(identity)) : null;
  }

  /** The position at which the message was read first. */
  placeOf(identity: Identity): Place {
    return this.#pages.place(this.#blocks.slotOf(identity));
  }

  /** Call this after the last row. Messages without a row then count as messages of other executions. */
  concludeRows(): void {
    for (const { sentAtMs, seen } of this.#early.takeRest()) {
      for (let i = 0; i < seen; i++) this.others.add(sentAtMs);
    }
  }

  /** Returns what is known about the message with this identity. Null if nothing is known. */
  entryOf(identity: Identity): Entry | null {
    return this.#blocks.has(identity) ? this.#entry(this.#blocks.slotOf(identity), () => identity) : null;
  }

  outcomeOf(identity: Identity): Outcome | null {
    return outcomeIn(this.#pages.state(this.#blocks.slotOf(identity)));
  }

  timesSeen(identity: Identity): number {
    return seenIn(this.#pages.state(this.#blocks.slotOf(identity)));
  }

  #sight(slot: number, { place, sentAtMs, isEnriched }: Sighting): number | 'other' {
    if (sentAtMs !== null && !this.#pages.fits(slot, sentAtMs)) {
      this.others.add(sentAtMs);
      return 'other';
    }
    const state = this.#pages.state(slot);
    const before = seenIn(state);
    const isElsewhere = before > 0 && this.#pages.place(slot).partition !== place.partition;
    if (isElsewhere) this.#elsewhere.add(slot, place);
    if (before === 0) this.#pages.setPlace(slot, place);
    if (sentAtMs !== null) this.#pages.setSent(slot, sentAtMs);
    this.#setState(slot, withSighting(state, isEnriched));
    return before;
  }

  /**
   * Whether the known send time fits the row. If it does not fit, the messages read so far come from another
   * sender.
   */
  #isSentWithin(slot: number, window: RowWindow): boolean {
    const sentAtMs = this.#pages.sentAtMs(slot);
    if (sentAtMs === null) return false;
    if (isWithin(sentAtMs, window)) return true;
    const state = this.#pages.state(slot);
    for (let i = 0; i < seenIn(state); i++) this.others.add(sentAtMs);
    this.#setState(slot, withoutSightings(state));
    this.#elsewhere.forget(slot);
    return false;
  }

  /**
   * The position in the queue of a message that was acknowledged and read once, and about which nothing else is known.
   * Null for any other message.
   */
  plainPlace(slot: number): Place | null {
    return isPlain(this.#pages.state(slot)) ? this.#pages.place(slot) : null;
  }

  /** The threads that have samples or messages, sorted by group and thread. */
  threads(): Iterable<ThreadEntries<Entry>> {
    return this.#blocks.threads();
  }

  #entry(slot: number, identity: () => Omit<Identity, 'run'>): Entry | null {
    const state = this.#pages.state(slot);
    if (state === 0) return null;
    const place = seenIn(state) === 0 ? null : this.#pages.place(slot);
    const { group, thread, loop, request } = identity();
    const { outcome, seen, hasReceipt, processed, deadLettered, enriched } = unpacked(state);
    const elsewhere = this.#elsewhere.of(slot);
    const sentAtMs = this.#pages.sentAtMs(slot);
    // Lists the fields one by one. Object spread would make this slow: with two spreads, V8 allocated
    // kilobytes for each message (measured with --trace-gc).
    return {
      group,
      thread,
      loop,
      request,
      outcome,
      seen,
      hasReceipt,
      processed,
      deadLettered,
      enriched,
      place,
      elsewhere,
      sentAtMs,
      hasContent: this.#tokens.hasContent(slot),
    };
  }

  #setState(slot: number, state: number): void {
    const before = this.#pages.state(slot);
    this.#pages.setState(slot, state);
    this.#missing += Number(isMissing(state)) - Number(isMissing(before));
  }
}

interface Sighting {
  readonly place: Place;
  /** Send time. Null if no checksum proves it. */
  readonly sentAtMs: number | null;
  readonly isEnriched: boolean;
}
