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
 * What is known of each identity of one run, in twelve bytes: outcome, how often it was seen, where first, what a
 * service did with it, and when it was or can have been sent.
 * Slots are handed out in blocks, so that 10^7 messages take 120 MB and not the gigabyte of a map.
 */
export class IdentityTable {
  /** Messages of the run's id that are not the run's. */
  readonly others = new OtherExecutions();
  readonly #blocks: SlotBlocks<Entry>;
  readonly #pages = new SlotPages();
  readonly #early = new EarlyCopies();
  readonly #elsewhere = new PlacesElsewhere();
  #missing = 0;

  /**
   * @param requestsOf how many requests a thread group has, asked once for each; 1 where nobody knows
   */
  constructor(requestsOf: (group: number) => number) {
    this.#blocks = new SlotBlocks(requestsOf, (slot, identity) => this.#entry(slot, identity));
  }

  /** Acked identities that were not seen, and of which there is no receipt. */
  get missing(): number {
    return this.#missing;
  }

  /** @param window when the message of this row can have been sent */
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
   * How often the identity was seen before: 0, 1, or 2 for more. `again`: the same delivery read again, or one that is
   * redelivered, and no sighting. `other`: it was sent at another time than the message of this identity.
   * @param sentAtMs null: nothing proves when
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
   * What was known of the identity before, as a slot's state; `other` as for a sighting.
   * @param sentAtMs null: nothing proves when
   * @param addsUnknown whether an identity is taken up of which nothing is known; else it gives null
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
      // What a reader sees as well has been counted.
      if (addsUnknown) this.others.add(sentAtMs);
      return 'other';
    }
    if (sentAtMs !== null) this.#pages.setSent(slot, sentAtMs);
    this.#setState(slot, withReceipt(state, outcome));
    return state;
  }

  /** Call it when there are no more rows: what has none is not decided by one. */
  concludeRows(): void {
    for (const { sentAtMs, seen } of this.#early.takeRest()) {
      for (let i = 0; i < seen; i++) this.others.add(sentAtMs);
    }
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

  /** Whether it is known that the message was sent in time for its row; what was not, was another's. */
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

  /** The threads that have sent or of which something was seen, by group and thread. */
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
    // Written out: with two spreads V8 allocated kilobytes for each entry, as --trace-gc showed.
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
  /** Null: nothing proves when it was sent. */
  readonly sentAtMs: number | null;
  readonly isEnriched: boolean;
}

/** One identity of the run and what is known of it. */
export interface Entry extends Omit<Identity, 'run'>, MessageState {
  /** Where it was seen first. */
  readonly place: Place | null;
  /** The first copy in each other partition. */
  readonly elsewhere: readonly Place[];
  /** Null: no copy was seen whose sum proves it. */
  readonly sentAtMs: number | null;
}
