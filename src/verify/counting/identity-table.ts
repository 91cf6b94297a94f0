import type { Identity } from '../../message/identity.ts';
import type { Place } from '../../queue/queue.ts';
import type { ReceiptOutcome } from '../../runs/rows/receipts-csv.ts';
import type { Outcome } from '../../samples/outcome.ts';
import { isWithin, type RowWindow } from '../row-window.ts';
import { EarlyCopies } from './early-copies.ts';
import { OtherExecutions } from './other-executions.ts';
import { PlacesElsewhere } from './slots/places-elsewhere.ts';
import { SlotBlocks, type ThreadEntries } from './slots/slot-blocks.ts';
import { isSamePlace, SlotPages } from './slots/slot-pages.ts';
import {
  isMissing,
  type MessageState,
  outcomeIn,
  seenIn,
  unpacked,
  withOutcome,
  withoutSightings,
  withReceipt,
  withSighting,
} from './slots/slot-state.ts';

/**
 * Stores the facts about each identity of one run in twelve bytes. They are the outcome, the number of sightings, the
 * first place, the results of a service, and the send time. Slots are allocated in blocks: 10^7 messages need 120 MB,
 * while a map would need 1 GB.
 */
export class IdentityTable {
  /** Messages with the run's ID that belong to other executions. */
  readonly others = new OtherExecutions();
  readonly #blocks: SlotBlocks<Entry>;
  readonly #pages = new SlotPages();
  readonly #early = new EarlyCopies();
  readonly #elsewhere = new PlacesElsewhere();
  #missing = 0;

  /** @param requestsOf returns the number of requests in a thread group; called once for each; 1 if not known */
  constructor(requestsOf: (group: number) => number) {
    this.#blocks = new SlotBlocks(requestsOf, (slot, identity) => this.#entry(slot, identity));
  }

  /** Number of acknowledged identities that were not seen and have no receipt. */
  get missing(): number {
    return this.#missing;
  }

  /** @param window the period in which the message of this row can have been sent */
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
   * Records a sighting of a message. Returns how often its identity was seen before: 0, 1, or 2 for more. `again`: the
   * same delivery was read again or redelivered, so it does not count. `other`: its send time is not that of this
   * identity's message, so it belongs to another execution.
   * @param sentAtMs null if nothing proves the send time
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
   * Records a receipt. Returns the state that the slot had before. `other`: the receipt belongs to another execution,
   * because its send time is not that of this identity's message.
   * @param sentAtMs null if nothing proves the send time
   * @param addsUnknown whether to add an identity that was unknown so far; otherwise the result is null
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
      // If a reader sees the queue too, it has counted this message already.
      if (addsUnknown) this.others.add(sentAtMs);
      return 'other';
    }
    if (sentAtMs !== null) this.#pages.setSent(slot, sentAtMs);
    this.#setState(slot, withReceipt(state, outcome));
    return state;
  }

  /** Call this after the last row. Messages without a row then count as those of other executions. */
  concludeRows(): void {
    for (const { sentAtMs, seen } of this.#early.takeRest()) {
      for (let i = 0; i < seen; i++) this.others.add(sentAtMs);
    }
  }

  /** Null if nothing is known about the identity. */
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
   * Whether the known send time fits the row. If it does not, the messages seen so far belong to another execution.
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

  /** The threads with samples or messages, sorted by group and thread. */
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
    // Do not use object spread here: with two spreads, V8 allocated kilobytes for each entry, as --trace-gc showed.
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
  /** Null if nothing proves the send time. */
  readonly sentAtMs: number | null;
  readonly isEnriched: boolean;
}

/** One identity of the run, and the facts about it. */
export interface Entry extends Omit<Identity, 'run'>, MessageState {
  /** The place where it was seen first. Null if it was not seen. */
  readonly place: Place | null;
  /** The first copy in each other partition. */
  readonly elsewhere: readonly Place[];
  /** Null if no copy with a valid checksum was seen. */
  readonly sentAtMs: number | null;
}
