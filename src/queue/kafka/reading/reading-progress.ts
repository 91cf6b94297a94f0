import { Condition } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Positions, ReadingState } from '../../reader.ts';
import type { OffsetGap } from '../fetch/offset-gaps.ts';

/**
 * The read position of each partition, reasons why its messages may be missing, and the callers that wait for
 * progress.
 */
export class ReadingProgress {
  readonly changed = new Condition();
  readonly #starts = new Map<number, number>();
  /** By partition, the offset of the next message. */
  readonly #positions = new Map<number, number>();
  /** By partition, the first reason why messages may have been missed. */
  readonly #doubts = new Map<number, Doubt>();
  /** By partition, the last range of offsets without a record before the read position. */
  readonly #offsetGaps = new Map<number, OffsetGap>();
  #trouble: string | null = null;
  #failure: { readonly error: unknown } | null = null;
  readonly #lastStableOffsets = new Map<number, number>();

  constructor(start: Positions) {
    this.begin(start);
  }

  /** By partition, the offset where reading began. */
  get starts(): Positions {
    return new Map(this.#starts);
  }

  /** Sets the start of each partition that has no start yet. */
  begin(starts: Positions): void {
    for (const [partition, start] of starts) {
      if (this.hasBegun(partition)) continue;
      this.#starts.set(partition, start);
      this.#positions.set(partition, start);
    }
  }

  hasBegun(partition: number): boolean {
    return this.#starts.has(partition);
  }

  /** The offset to read next. 0 for a partition without a start. */
  positionOf(partition: number): number {
    return this.#positions.get(partition) ?? 0;
  }

  /** A copy of the positions: by partition, the offset to read next. */
  get positions(): Positions {
    return new Map(this.#positions);
  }

  moveTo(partition: number, position: number): void {
    this.#positions.set(partition, position);
    this.changed.notifyAll();
  }

  noteDoubt(partition: number, doubt: Doubt): void {
    if (!this.#doubts.has(partition)) this.#doubts.set(partition, doubt);
    this.changed.notifyAll();
  }

  noteOffsetGap(partition: number, gap: OffsetGap): void {
    this.#offsetGaps.set(partition, gap);
  }

  get offsetGaps(): ReadonlyMap<number, OffsetGap> {
    return this.#offsetGaps;
  }

  noteLastStableOffset(partition: number, offset: number): void {
    this.#lastStableOffsets.set(partition, offset);
  }

  /** Ends the reading with an error that the callback for deliveries threw. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.changed.notifyAll();
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** @throws the error that the callback for deliveries threw */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Records the latest error of reading. Later attempts may have succeeded. */
  noteTrouble(reason: string): void {
    this.#trouble = reason;
  }

  reached(ends: Positions): boolean {
    for (const [partition, end] of ends) if (this.positionOf(partition) < end) return false;
    return true;
  }

  /** Returns a reason why reading up to the ends may have missed messages. Null if no reason is known. */
  doubt(): Doubt | null {
    const [doubt = null] = this.#doubts.values();
    return doubt;
  }

  /** Returns how many offsets between the starts and these ends were read, and what delays the reading. */
  state(ends: Positions | null): ReadingState {
    if (ends === null) return { done: 0, total: null, obstacle: this.#trouble };
    let [done, total] = [0, 0];
    let obstacle: string | null = null;
    for (const [partition, end] of ends) {
      const start = this.#starts.get(partition) ?? 0;
      const position = this.positionOf(partition);
      total += Math.max(0, end - start);
      done += Math.max(0, Math.min(position, end) - start);
      if (position < end && this.#lastStableOffsets.get(partition) === position)
        obstacle ??= `an open transaction delays partition ${partition} at offset ${position}`;
    }
    return { done, total, obstacle: done < total ? (obstacle ?? this.#trouble) : null };
  }

  /** Names the first partition that was not read to its end, and says how far the partition was read. */
  shortfall(ends: Positions): string {
    const open = [...ends].find(([partition, end]) => this.positionOf(partition) < end);
    if (open === undefined) return 'every partition was read to its end';
    const [partition, end] = open;
    const position = this.positionOf(partition);
    const read = `partition ${partition} was read up to offset ${position}, but ends at offset ${end}`;
    const isHeld = this.#lastStableOffsets.get(partition) === position;
    if (isHeld) return `${read}; an open transaction delays the rest`;
    return this.#trouble === null ? read : `${read}; the latest error: ${this.#trouble}`;
  }
}
