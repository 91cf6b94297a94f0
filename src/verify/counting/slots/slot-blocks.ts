import type { Identity } from '../../../message/identity.ts';
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
import { tooMany } from './slot-pages.ts';

/**
 * Gives each message of a run a slot, a number under which its facts are stored. Slots are allocated in blocks. Lists
 * the messages of a thread in the order in which they were sent.
 */
export class SlotBlocks<Entry> {
  readonly #requestsOf: (group: number) => number;
  readonly #entryOf: (slot: number, identity: () => Omit<Identity, 'run'>) => Entry | null;
  /** Number of requests of each thread group. The index is the number of the group. */
  readonly #requests: number[] = [];
  /** For each stream (the requests of one thread), the first slot of each of its blocks. */
  readonly #streams = new Map<number, number[]>();
  #slots = 0;

  /**
   * Creates the blocks of one run.
   * @param requestsOf returns the number of requests in a thread group, or 1 if it is not known; called once
   *   for each group
   * @param entryOf returns what is known about the message in a slot; null if nothing is known
   */
  constructor(
    requestsOf: (group: number) => number,
    entryOf: (slot: number, identity: () => Omit<Identity, 'run'>) => Entry | null,
  ) {
    this.#requestsOf = requestsOf;
    this.#entryOf = entryOf;
  }

  /** Whether this message is in a block that was already allocated. */
  has(identity: Identity): boolean {
    const requests = this.#requestsIn(identity.group);
    const blocks = this.#streams.get(streamKey(identity, requests));
    return blocks?.[blockOf(indexInStream(identity, requests))] !== undefined;
  }

  slotOf(identity: Identity): number {
    const requests = this.#requestsIn(identity.group);
    const inStream = indexInStream(identity, requests);
    const number = blockOf(inStream);
    const blocks = this.#blocks(streamKey(identity, requests));
    const block = blocks[number] ?? this.#newBlock(blocks, number);
    return block + inStream - blockStart(number);
  }

  /** The threads that have samples or messages, sorted by group and thread. */
  *threads(): Generator<ThreadEntries<Entry>> {
    const keys = Float64Array.from(this.#streams.keys()).sort();
    let ofThread: Stream[] = [];
    for (const [i, key] of keys.entries()) {
      ofThread.push({ key, blocks: this.#streams.get(key) ?? [] });
      if (threadKey(key) === threadKey(keys[i + 1] ?? -1)) continue;
      yield this.#threadEntries(ofThread);
      ofThread = [];
    }
  }

  #threadEntries(streams: readonly Stream[]): ThreadEntries<Entry> {
    const numbers = new Set(streams.flatMap(({ blocks }) => Object.keys(blocks).map(Number)));
    const ascending = [...numbers].sort((a, b) => a - b);
    return {
      forwards: (isSkipped = () => false) => this.#walk(streams, ascending, (i) => i, isSkipped),
      backwards: () =>
        this.#walk(
          streams.toReversed(),
          ascending.toReversed(),
          (i, slots) => slots - 1 - i,
          () => false,
        ),
    };
  }

  *#walk(
    streams: readonly Stream[],
    numbers: readonly number[],
    at: (i: number, slots: number) => number,
    isSkipped: (slot: number) => boolean,
  ): Generator<Entry> {
    for (const number of numbers) {
      const slots = blockSlots(number);
      for (let i = 0; i < slots; i++) {
        for (const stream of streams) {
          const block = stream.blocks[number];
          if (block === undefined || isSkipped(block + at(i, slots))) continue;
          const entry = this.#entry(stream, block, number, at(i, slots));
          if (entry !== null) yield entry;
        }
      }
    }
  }

  #entry({ key }: Stream, block: number, number: number, i: number): Entry | null {
    return this.#entryOf(block + i, () =>
      identityAt(key, blockStart(number) + i, this.#requestsIn(groupOf(key))),
    );
  }

  #blocks(key: number): number[] {
    return this.#streams.get(key) ?? this.#newStream(key);
  }

  #newStream(key: number): number[] {
    if (this.#streams.size >= MAX_STREAMS) throw tooMany();
    const blocks: number[] = [];
    this.#streams.set(key, blocks);
    return blocks;
  }

  #newBlock(blocks: number[], number: number): number {
    const block = this.#slots;
    this.#slots += blockSlots(number);
    if (this.#slots > MAX_SLOTS) throw tooMany();
    blocks[number] = block;
    return block;
  }

  #requestsIn(group: number): number {
    return this.#requests[group] ?? this.#learnRequests(group);
  }

  #learnRequests(group: number): number {
    const requests = Math.max(1, this.#requestsOf(group));
    this.#requests[group] = requests;
    return requests;
  }
}

/** The messages of one thread, in the order in which they were sent, or in reverse order. */
export interface ThreadEntries<Entry> {
  /** @param isSkipped whether to leave out the message in a slot; called for each slot in the order of the messages */
  forwards(isSkipped?: (slot: number) => boolean): Iterable<Entry>;
  backwards(): Iterable<Entry>;
}

interface Stream {
  readonly key: number;
  /** The first slot of each block of the stream. Blocks to which no message was added are missing. */
  readonly blocks: readonly number[];
}

/** Maximum number of slots. Each takes twelve bytes, so all take at most 1.6 GB. */
const MAX_SLOTS = 1 << 27;
/** V8's limit for the number of entries in a Map. Each stream is one entry. */
const MAX_STREAMS = 2 ** 24;
