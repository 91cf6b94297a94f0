import { QblError } from '../error.ts';
import { type Identity, MAX_INDEX, MAX_PER_PLAN } from '../message/identity.ts';
import type { Place } from '../queue/queue.ts';
import type { ReceiptOutcome } from '../runs/receipts-csv.ts';
import type { Outcome } from '../samples/outcome.ts';
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
 * Slots are handed out in blocks of loops, so that 10^7 messages take 80 MB and not the gigabyte of a map.
 */
export class IdentityTable {
  readonly #streams = new Map<number, number>();
  readonly #streamKeys: number[] = [];
  readonly #blocks = new Map<number, number>();
  readonly #pages: Page[] = [];
  /** First offset seen in each partition, on which the 32 bits of a slot's offset count. */
  readonly #firstOffsets: number[] = [];
  #missing = 0;

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
    const blocks = this.#blocksByStream();
    const keys = this.#streamKeys.map((key, stream) => ({
      key,
      blocks: blocks[stream] ?? new Map<number, number>(),
    }));
    keys.sort((a, b) => a.key - b.key);
    let ofThread: StreamBlocks[] = [];
    for (const [i, stream] of keys.entries()) {
      ofThread.push(stream);
      if (threadKey(stream.key) === threadKey(keys[i + 1]?.key ?? -1)) continue;
      yield this.#threadEntries(ofThread);
      ofThread = [];
    }
  }

  #threadEntries(streams: readonly StreamBlocks[]): ThreadEntries {
    const numbers = new Set(streams.flatMap(({ blocks }) => [...blocks.keys()]));
    const ascending = [...numbers].sort((a, b) => a - b);
    return {
      forwards: () => this.#walk(streams, ascending, (i) => i),
      backwards: () => this.#walk(streams.toReversed(), ascending.toReversed(), (i) => BLOCK_LOOPS - 1 - i),
    };
  }

  *#walk(
    streams: readonly StreamBlocks[],
    numbers: readonly number[],
    at: (i: number) => number,
  ): Generator<Entry> {
    for (const number of numbers) {
      for (let i = 0; i < BLOCK_LOOPS; i++) {
        for (const { key, blocks } of streams) {
          const block = blocks.get(number);
          const entry = block === undefined ? null : this.#entry(key, block, number, at(i));
          if (entry !== null) yield entry;
        }
      }
    }
  }

  #entry(key: number, block: number, number: number, i: number): Entry | null {
    const slot = block * BLOCK_LOOPS + i;
    const page = this.#page(slot);
    const index = slot % PAGE_SLOTS;
    const state = page.states[index] ?? 0;
    if (state === 0) return null;
    return {
      group: Math.floor(threadKey(key) / MAX_INDEX),
      thread: threadKey(key) % MAX_INDEX,
      loop: number * BLOCK_LOOPS + i + 1,
      request: key % REQUEST_KEYS,
      ...unpacked(state),
      place: seenIn(state) === 0 ? null : this.#place(page, index),
    };
  }

  #blocksByStream(): Map<number, number>[] {
    const blocks = this.#streamKeys.map(() => new Map<number, number>());
    for (const [key, block] of this.#blocks)
      blocks[Math.floor(key / MAX_BLOCKS)]?.set(key % MAX_BLOCKS, block);
    return blocks;
  }

  #slot(identity: Identity): { page: Page; index: number } {
    const key = blockKey(this.#stream(streamKey(identity)), identity);
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = this.#blocks.size;
      if (block >= MAX_SLOTS / BLOCK_LOOPS) throw tooMany();
      this.#blocks.set(key, block);
    }
    const slot = block * BLOCK_LOOPS + ((identity.loop - 1) % BLOCK_LOOPS);
    return { page: this.#page(slot), index: slot % PAGE_SLOTS };
  }

  #hasBlock(identity: Identity): boolean {
    const stream = this.#streams.get(streamKey(identity));
    return stream !== undefined && this.#blocks.has(blockKey(stream, identity));
  }

  #stream(key: number): number {
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    this.#streams.set(key, this.#streamKeys.length);
    return this.#streamKeys.push(key) - 1;
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

/** A stream's key, and its blocks by their number. */
interface StreamBlocks {
  readonly key: number;
  readonly blocks: ReadonlyMap<number, number>;
}

interface Page {
  readonly states: Uint8Array;
  partitions: Uint16Array | Uint32Array;
  readonly offsets: Uint32Array;
}

const REQUEST_KEYS = MAX_PER_PLAN + 1;
const BLOCK_LOOPS = 64;
const PAGE_SLOTS = 1 << 16;
/** Seven bytes each: at most 900 MB. */
const MAX_SLOTS = 1 << 27;
/** Blocks of one stream, for loops up to 2^31. */
const MAX_BLOCKS = 2 ** 25;

function newPage(): Page {
  return {
    states: new Uint8Array(PAGE_SLOTS),
    partitions: new Uint16Array(PAGE_SLOTS),
    offsets: new Uint32Array(PAGE_SLOTS),
  };
}

/** A stream is what one thread sends for one request; the key sorts by group, thread and request. */
function streamKey({ group, thread, request }: Identity): number {
  return (group * MAX_INDEX + thread) * REQUEST_KEYS + request;
}

function blockKey(stream: number, { loop }: Identity): number {
  return stream * MAX_BLOCKS + Math.floor((loop - 1) / BLOCK_LOOPS);
}

function threadKey(key: number): number {
  return Math.floor(key / REQUEST_KEYS);
}

function isSame(a: Place, b: Place): boolean {
  return a.partition === b.partition && a.offset === b.offset;
}

function tooMany(): QblError {
  return new QblError('inconclusive', 'more messages in one run than can be told apart', {
    hint: 'Split the load into several runs and verify each.',
  });
}
