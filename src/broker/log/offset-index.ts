import { INDEX_INTERVAL_BYTES, MAX_INDEX_ENTRIES } from '../limits.ts';

/** A batch that is known to begin at a position of the file. */
export interface IndexEntry {
  readonly baseOffset: number;
  readonly position: number;
  readonly maxTimestampMs: number;
}

/** Where some batches lie. When it is full, every other entry goes and the interval doubles. */
export class OffsetIndex {
  #entries: IndexEntry[] = [];
  #intervalBytes = INDEX_INTERVAL_BYTES;

  /** Takes every batch, in order; keeps one in each interval. */
  add(entry: IndexEntry): void {
    const last = this.#entries.at(-1);
    if (last && entry.position - last.position < this.#intervalBytes) return;
    this.#entries.push(entry);
    if (this.#entries.length < MAX_INDEX_ENTRIES) return;
    this.#entries = this.#entries.filter((_, index) => index % 2 === 0);
    this.#intervalBytes *= 2;
  }

  /** A position at or before the batch that holds the offset. */
  positionOfOffset(offset: number): number {
    return this.#lastPosition((entry) => entry.baseOffset <= offset);
  }

  /** A position at or before the first batch of that time or later; batches lie in order of time. */
  positionOfTimestamp(timestampMs: number): number {
    return this.#lastPosition((entry) => entry.maxTimestampMs < timestampMs);
  }

  /** The position of the last entry that `precedes`, by binary search; 0 if none does. */
  #lastPosition(precedes: (entry: IndexEntry) => boolean): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (precedes(this.#entries[middle] as IndexEntry)) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low - 1]?.position ?? 0;
  }
}
