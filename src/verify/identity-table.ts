import { QblError } from '../error.ts';
import type { Identity } from '../message/identity.ts';
import type { Place } from '../queue/queue.ts';
import type { ReceiptOutcome } from '../runs/receipts-csv.ts';
import type { Outcome } from '../samples/outcome.ts';
import {
  blockOf,
  blockSlots,
  blockStart,
  groupOf,
  identityAt,
  indexInStream,
  streamKey,
  threadKey,
} from './slot-layout.ts';
import {
  isMissing,
  type MessageState,
  outcomeIn,
  seenIn,
  unpacked,
  withOutcome,
  withReceipt,
  withSighting,
} from './slot-state.ts';

/**
 * What is known of each identity of one run, in seven bytes: outcome, how often it was seen, and where first, and
 * what a service did with it.
 * Slots are handed out in blocks, so that 10^7 messages take 70 MB and not the gigabyte of a map.
 */
export class IdentityTable {
  readonly #requestsOf: (group: number) => number;
  /** By group. */
  readonly #requests: number[] = [];
  /** Where each block of a stream begins among the slots, by the number of the block. */
  readonly #streams = new Map<number, number[]>();
  #slots = 0;
  readonly #pages: Page[] = [];
  /** First offset seen in each partition, on which the 32 bits of a slot's offset count. */
  readonly #firstOffsets: number[] = [];
  #missing = 0;

  /**
   * @param requestsOf how many requests a thread group has, asked once for each; 1 where nobody knows
   */
  constructor(requestsOf: (group: number) => number) {
    this.#requestsOf = requestsOf;
  }

  /** Acked identities that were not seen, and of which there is no receipt. */
  get missing(): number {
    return this.#missing;
  }

  setOutcome(identity: Identity, outcome: Outcome): 'set' | 'repeated' {
    const { page, index } = this.#slot(identity);
    const state = page.states[index] ?? 0;
    if (outcomeIn(state) !== null) return 'repeated';
    this.#setState(page, index, withOutcome(state, outcome));
    return 'set';
  }

  /**
   * How often the identity was seen before: 0, 1, or 2 for more. The place where it was seen first is the same
   * delivery read again, and no sighting: null. Neither is a later one that is redelivered.
   */
  addSighting(identity: Identity, place: Place, redelivered: boolean): number | null {
    const { page, index } = this.#slot(identity);
    const state = page.states[index] ?? 0;
    const before = seenIn(state);
    if (before > 0 && (redelivered || isSame(this.#place(page, index), place))) return null;
    if (before === 0) this.#setPlace(page, index, place);
    this.#setState(page, index, withSighting(state));
    return before;
  }

  /**
   * What was known of the identity before, as a slot's state.
   * @param addsUnknown whether an identity is taken up of which nothing is known; else it gives null
   */
  addReceipt(identity: Identity, outcome: ReceiptOutcome, addsUnknown: boolean): number | null {
    if (!addsUnknown && !this.#hasBlock(identity)) return null;
    const { page, index } = this.#slot(identity);
    const state = page.states[index] ?? 0;
    if (!addsUnknown && state === 0) return null;
    this.#setState(page, index, withReceipt(state, outcome));
    return state;
  }

  /** The threads that have sent or of which something was seen, by group and thread. */
  *threads(): Generator<ThreadEntries> {
    const keys = Float64Array.from(this.#streams.keys()).sort();
    let ofThread: Stream[] = [];
    for (const [i, key] of keys.entries()) {
      ofThread.push({ key, blocks: this.#streams.get(key) ?? [] });
      if (threadKey(key) === threadKey(keys[i + 1] ?? -1)) continue;
      yield this.#threadEntries(ofThread);
      ofThread = [];
    }
  }

  #threadEntries(streams: readonly Stream[]): ThreadEntries {
    const numbers = new Set(streams.flatMap(({ blocks }) => Object.keys(blocks).map(Number)));
    const ascending = [...numbers].sort((a, b) => a - b);
    return {
      forwards: () => this.#walk(streams, ascending, (i) => i),
      backwards: () => this.#walk(streams.toReversed(), ascending.toReversed(), (i, slots) => slots - 1 - i),
    };
  }

  *#walk(
    streams: readonly Stream[],
    numbers: readonly number[],
    at: (i: number, slots: number) => number,
  ): Generator<Entry> {
    for (const number of numbers) {
      const slots = blockSlots(number);
      for (let i = 0; i < slots; i++) {
        for (const stream of streams) {
          const entry = this.#entry(stream, number, at(i, slots));
          if (entry !== null) yield entry;
        }
      }
    }
  }

  #entry({ key, blocks }: Stream, number: number, i: number): Entry | null {
    const block = blocks[number];
    if (block === undefined) return null;
    const page = this.#page(block + i);
    const index = (block + i) % PAGE_SLOTS;
    const state = page.states[index] ?? 0;
    if (state === 0) return null;
    const requests = this.#requestsIn(groupOf(key));
    const { group, thread, loop, request } = identityAt(key, blockStart(number) + i, requests);
    const place = seenIn(state) === 0 ? null : this.#place(page, index);
    return { group, thread, loop, request, ...unpacked(state), place };
  }

  #slot(identity: Identity): { page: Page; index: number } {
    const requests = this.#requestsIn(identity.group);
    const inStream = indexInStream(identity, requests);
    const number = blockOf(inStream);
    const blocks = this.#blocks(streamKey(identity, requests));
    const block = blocks[number] ?? this.#newBlock(number);
    blocks[number] = block;
    const slot = block + inStream - blockStart(number);
    return { page: this.#page(slot), index: slot % PAGE_SLOTS };
  }

  #blocks(key: number): number[] {
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    if (this.#streams.size >= MAX_STREAMS) throw tooMany();
    const blocks: number[] = [];
    this.#streams.set(key, blocks);
    return blocks;
  }

  #newBlock(number: number): number {
    const block = this.#slots;
    this.#slots += blockSlots(number);
    if (this.#slots > MAX_SLOTS) throw tooMany();
    return block;
  }

  #hasBlock(identity: Identity): boolean {
    const requests = this.#requestsIn(identity.group);
    const blocks = this.#streams.get(streamKey(identity, requests));
    return blocks?.[blockOf(indexInStream(identity, requests))] !== undefined;
  }

  #requestsIn(group: number): number {
    const requests = this.#requests[group] ?? Math.max(1, this.#requestsOf(group));
    this.#requests[group] = requests;
    return requests;
  }

  #page(slot: number): Page {
    const number = Math.floor(slot / PAGE_SLOTS);
    const page = this.#pages[number] ?? newPage();
    this.#pages[number] = page;
    return page;
  }

  #setState(page: Page, index: number, state: number): void {
    const before = page.states[index] ?? 0;
    page.states[index] = state;
    this.#missing += Number(isMissing(state)) - Number(isMissing(before));
  }

  #setPlace(page: Page, index: number, { partition, offset }: Place): void {
    const first = this.#firstOffsets[partition] ?? offset;
    this.#firstOffsets[partition] = first;
    if (offset - first > 0xffffffff) throw tooMany();
    // Message groups, which are partitions here, may be as many as messages.
    if (partition > 0xffff && page.partitions instanceof Uint16Array)
      page.partitions = Uint32Array.from(page.partitions);
    page.partitions[index] = partition;
    // A log that was cut is read again from before: then nothing is concluded from places.
    page.offsets[index] = Math.max(0, offset - first);
  }

  #place(page: Page, index: number): Place {
    const partition = page.partitions[index] ?? 0;
    return { partition, offset: (this.#firstOffsets[partition] ?? 0) + (page.offsets[index] ?? 0) };
  }
}

/** One identity of the run and what is known of it. */
export interface Entry extends Omit<Identity, 'run'>, MessageState {
  /** Where it was seen first. */
  readonly place: Place | null;
}

/** The entries of one thread, in the order of sending or the other way round. */
export interface ThreadEntries {
  forwards(): Iterable<Entry>;
  backwards(): Iterable<Entry>;
}

interface Stream {
  readonly key: number;
  /** Where each begins among the slots; one of which nothing is known is not there. */
  readonly blocks: readonly number[];
}

interface Page {
  readonly states: Uint8Array;
  partitions: Uint16Array | Uint32Array;
  readonly offsets: Uint32Array;
}

const PAGE_SLOTS = 1 << 16;
/** Seven bytes each: at most 900 MB. */
const MAX_SLOTS = 1 << 27;
/** What a Map of V8's holds. */
const MAX_STREAMS = 2 ** 24;

function newPage(): Page {
  return {
    states: new Uint8Array(PAGE_SLOTS),
    partitions: new Uint16Array(PAGE_SLOTS),
    offsets: new Uint32Array(PAGE_SLOTS),
  };
}

function isSame(a: Place, b: Place): boolean {
  return a.partition === b.partition && a.offset === b.offset;
}

function tooMany(): QblError {
  return new QblError('inconclusive', 'more messages in one run than can be told apart', {
    hint: 'Split the load into several runs and verify each.',
  });
}
