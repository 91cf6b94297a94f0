import { INDEX_INTERVAL_BYTES, MAX_INDEX_ENTRIES } from '../limits.ts';

/** A batch whose position in the file is known. */
export interface IndexEntry {
  readonly baseOffset: number;
  readonly position: number;
  readonly maxTimestampMs: number;
}

/**
 * File positions of some batches, at regular distances. When the index is full, it drops every second entry and doubles
 * the distance.
 */
export class OffsetIndex {
  #entries: IndexEntry[] = [];
  #intervalBytes = INDEX_INTERVAL_BYTES;

  /** Offers a batch to the index. Call this for every batch, in order; the index keeps one batch for each interval. */
  add(entry: IndexEntry): void {
    const last = this.#entries.at(-1);
    if (last && entry.position - last.position < this.#intervalBytes) return;
    this.#entries.push(entry);
    if (this.#entries.length < MAX_INDEX_ENTRIES) return;
    this.#entries = this.#entries.filter((_, index) => index % 2 === 0);
    this.#intervalBytes *= 2;
  }

  /** Returns a position at or before the batch that contains the offset. */
  positionOfOffset(offset: number): number {
    return this.#lastPosition((entry) => entry.baseOffset <= offset);
  }

  /**
   * Returns a position at or before the first batch that was appended at this time or later. The batches of a
   * log are in the order of their times.
   */
  positionOfTimestamp(timestampMs: number): number {
    return this.#lastPosition((entry) => entry.maxTimestampMs < timestampMs);
  }

  /**
   * Finds the last entry for which `precedes` is true, by binary search. Returns the file position of that entry.
   * Returns 0 if there is no such entry.
   */
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
