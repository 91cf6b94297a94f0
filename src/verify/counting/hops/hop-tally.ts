import type { Identity } from '../../../message/identity.ts';
import { SlotArray } from '../slots/slot-array.ts';
import { SlotBlocks } from '../slots/slot-blocks.ts';

/** A message of a run that is in the first queue or in a hop. */
export interface HopEntry {
  readonly identity: Identity;
  readonly isInQueue: boolean;
  /** The number of copies of the message in each hop. A 2 means two or more copies. */
  readonly copies: readonly number[];
}

/**
 * Counts the messages of one run in the hops. Needs nine bytes for each message, and one more for each hop. Some
 * arrival times in a hop must be kept: those of messages with a token, and of messages that arrive in the hop before
 * they arrive in the queue. For each hop with such messages, each message needs eight more bytes.
 */
export class HopTally {
  readonly #run: string;
  readonly #blocks: SlotBlocks<HopEntry>;
  readonly #inQueue = bytes();
  readonly #queueArrivals = times();
  readonly #copies: readonly SlotArray<Uint8Array>[];
  readonly #arrivals: readonly SlotArray<Float64Array>[];
  #missing = 0;

  /**
   * Creates the counts of one run.
   * @param run ID of the run
   * @param requestsOf returns the number of requests in a thread group, or 1 if it is not known
   * @param hops number of hops
   */
  constructor(run: string, requestsOf: (group: number) => number, hops: number) {
    this.#run = run;
    this.#blocks = new SlotBlocks(requestsOf, (slot, identity) => this.#entry(slot, identity));
    this.#copies = Array.from({ length: hops }, bytes);
    this.#arrivals = Array.from({ length: hops }, times);
  }

  /** Number of messages of the first queue that are in no hop. */
  get missing(): number {
    return this.#missing;
  }

  /** Records that the first queue has the message. */
  expect(identity: Identity): void {
    const slot = this.#slotOf(identity);
    if (this.#inQueue.get(slot) === 1) return;
    this.#inQueue.set(slot, 1);
    if (this.#isInNoHop(slot)) this.#missing++;
  }

  /** Forgets which messages the first queue has. */
  expectNone(): void {
    this.#inQueue.clear();
    this.#missing = 0;
  }

  /**
   * Adds a message that was read from a hop. Returns how many copies of the message the hop had before. A 2 means two
   * or more copies.
   */
  add(hop: number, identity: Identity): number {
    const slot = this.#slotOf(identity);
    if (this.#inQueue.get(slot) === 1 && this.#isInNoHop(slot)) this.#missing--;
    const copies = this.#copiesIn(hop, slot);
    if (copies < 2) this.#copies[hop]?.set(slot, copies + 1);
    return copies;
  }

  /** How many copies of a message the hop has. A 2 means two or more copies. */
  copiesOf(hop: number, identity: Identity): number {
    return this.#copiesIn(hop, this.#slotOf(identity));
  }

  /**
   * Keeps the time at which the message arrived in the first queue, in epoch milliseconds. Returns false if a time was
   * kept before.
   */
  keepQueueArrival(identity: Identity, atMs: number): boolean {
    const slot = this.#slotOf(identity);
    if (this.#queueArrivals.get(slot) !== 0) return false;
    this.#queueArrivals.set(slot, atMs);
    return true;
  }

  /** Time at which the message arrived in the first queue, in epoch milliseconds. Null if no time was kept. */
  queueArrivalOf(identity: Identity): number | null {
    return nullIfZero(this.#queueArrivals.get(this.#slotOf(identity)));
  }

  /** Keeps the time at which the message arrived in the hop, in epoch milliseconds. */
  keepArrival(hop: number, identity: Identity, atMs: number): void {
    this.#arrivals[hop]?.set(this.#slotOf(identity), atMs);
  }

  /** Time at which the message arrived in the hop, in epoch milliseconds. Null if no time was kept. */
  arrivalOf(hop: number, identity: Identity): number | null {
    return nullIfZero(this.#arrivals[hop]?.get(this.#slotOf(identity)) ?? 0);
  }

  /** Returns the arrival time that was kept for a message in a hop, and forgets it. Null if none was kept. */
  takeArrival(hop: number, identity: Identity): number | null {
    const atMs = this.arrivalOf(hop, identity);
    if (atMs !== null) this.#arrivals[hop]?.set(this.#slotOf(identity), 0);
    return atMs;
  }

  /** Lists every message that is in the first queue or in a hop, thread by thread. */
  *entries(): Generator<HopEntry> {
    for (const thread of this.#blocks.threads()) yield* thread.forwards();
  }

  #entry(slot: number, place: () => Omit<Identity, 'run'>): HopEntry | null {
    const isInQueue = this.#inQueue.get(slot) === 1;
    if (!isInQueue && this.#isInNoHop(slot)) return null;
    const identity = { run: this.#run, ...place() };
    return { identity, isInQueue, copies: this.#copies.map((copies) => copies.get(slot)) };
  }

  #copiesIn(hop: number, slot: number): number {
    return this.#copies[hop]?.get(slot) ?? 0;
  }

  #isInNoHop(slot: number): boolean {
    return this.#copies.every((copies) => copies.get(slot) === 0);
  }

  #slotOf(identity: Identity): number {
    return this.#blocks.slotOf(identity);
  }
}

function nullIfZero(atMs: number): number | null {
  return atMs === 0 ? null : atMs;
}

function times(): SlotArray<Float64Array> {
  return new SlotArray((slots) => new Float64Array(slots));
}

function bytes(): SlotArray<Uint8Array> {
  return new SlotArray((slots) => new Uint8Array(slots));
}
