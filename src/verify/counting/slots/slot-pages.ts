import { QblError } from '../../../error.ts';
import type { Place } from '../../../queue/message.ts';
import type { RowWindow } from '../../row-window.ts';
import { indexOf, PAGE_SLOTS, pageOf } from './page-size.ts';
import { SlotTimes, type TimePage } from './slot-times.ts';

/** Stores twelve bytes for each message: its state, the position where it was first read, and a time. */
export class SlotPages {
  readonly #pages: Page[] = [];
  readonly #times = new SlotTimes();
  /**
   * For each partition, the offset that was read first. Every other offset is stored in 32 bits, as its
   * difference from this offset.
   */
  readonly #firstOffsets: number[] = [];

  state(slot: number): number {
    return this.#page(slot).states[indexOf(slot)] ?? 0;
  }

  setState(slot: number, state: number): void {
    this.#page(slot).states[indexOf(slot)] = state;
  }

  place(slot: number): Place {
    const { partitions, offsets } = this.#page(slot);
    const index = indexOf(slot);
    const partition = partitions[index] ?? 0;
    return { partition, offset: (this.#firstOffsets[partition] ?? 0) + (offsets[index] ?? 0) };
  }

  /** Remembers the offset of the first message that is read from a partition. */
  keepFrom({ partition, offset }: Place): number {
    const first = this.#firstOffsets[partition] ?? offset;
    this.#firstOffsets[partition] = first;
    return first;
  }

  setPlace(slot: number, place: Place): void {
    const { partition, offset } = place;
    const first = this.keepFrom(place);
    if (offset - first > 0xffffffff) throw tooMany();
    const page = this.#page(slot);
    widen(page, partition);
    page.partitions[indexOf(slot)] = partition;
    // After a log was truncated, offsets can be lower than the first one. Such a log leaves the verdict
    // unknown whatever the positions are, so the offset is stored as 0.
    page.offsets[indexOf(slot)] = Math.max(0, offset - first);
  }

  setWindow(slot: number, window: RowWindow): void {
    this.#times.setWindow(this.#page(slot), indexOf(slot), window, this.#pages);
  }

  setSent(slot: number, sentAtMs: number): void {
    this.#times.setSent(this.#page(slot), indexOf(slot), sentAtMs);
  }

  /** Whether a message with this send time may be the message of this slot. */
  fits(slot: number, sentAtMs: number): boolean {
    return this.#times.fits(this.#page(slot), indexOf(slot), sentAtMs);
  }

  /** Returns the send time. Null if no copy with a valid checksum was read. */
  sentAtMs(slot: number): number | null {
    return this.#times.sentAtMs(this.#page(slot), indexOf(slot));
  }

  #page(slot: number): Page {
    return this.#pages[pageOf(slot)] ?? this.#addPage(pageOf(slot));
  }

  #addPage(number: number): Page {
    const page = newPage();
    this.#pages[number] = page;
    return page;
  }
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.partition === b.partition && a.offset === b.offset;
}

export function tooMany(): QblError {
  return new QblError('inconclusive', 'the run has more messages than qbl can distinguish', {
    hint: 'Split the load into several runs, and verify each of them.',
  });
}

interface Page extends TimePage {
  readonly states: Uint8Array;
  partitions: Uint8Array | Uint16Array | Uint32Array;
  /**
   * Number of different partition numbers that fit into an element of `partitions`, such as 256 if an element has one
   * byte.
   */
  mostPartitions: number;
  readonly offsets: Uint32Array;
}

function newPage(): Page {
  return {
    states: new Uint8Array(PAGE_SLOTS),
    partitions: new Uint8Array(PAGE_SLOTS),
    mostPartitions: 2 ** 8,
    offsets: new Uint32Array(PAGE_SLOTS),
    times: new Uint32Array(PAGE_SLOTS),
    spans: new Uint16Array(PAGE_SLOTS),
  };
}

/**
 * Makes room for larger partition numbers. Message groups of SQS count as partitions, so there can be as many
 * partitions as messages.
 */
function widen(page: Page, partition: number): void {
  if (partition < page.mostPartitions) return;
  page.partitions =
    partition < 2 ** 16 ? Uint16Array.from(page.partitions) : Uint32Array.from(page.partitions);
  page.mostPartitions = partition < 2 ** 16 ? 2 ** 16 : 2 ** 32;
}
