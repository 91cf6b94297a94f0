import { MAX_HELD_BYTES } from '../limits.ts';

/** Somebody who holds requests and responses in memory, and can be made to let go of them. */
export interface Holder {
  /** Called when everybody together holds too much and this one holds most. */
  onTooMuchHeld(): void;
}

/** Counts what all connections hold, so that together they stay within a bound. */
export class HeldMemory {
  readonly #maxBytes: number;
  readonly #byHolder = new Map<Holder, number>();
  #totalBytes = 0;

  constructor(maxBytes = MAX_HELD_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get freeBytes(): number {
    return Math.max(0, this.#maxBytes - this.#totalBytes);
  }

  /** Negative to give back. */
  hold(holder: Holder, bytes: number): void {
    this.#byHolder.set(holder, (this.#byHolder.get(holder) ?? 0) + bytes);
    this.#totalBytes += bytes;
    if (this.#totalBytes > this.#maxBytes) this.#largestHolder()?.onTooMuchHeld();
  }

  /** The holder is gone with everything it held. */
  forget(holder: Holder): void {
    this.#totalBytes -= this.#byHolder.get(holder) ?? 0;
    this.#byHolder.delete(holder);
  }

  #largestHolder(): Holder | undefined {
    let largest: Holder | undefined;
    let mostBytes = 0;
    for (const [holder, bytes] of this.#byHolder) {
      if (bytes > mostBytes) [largest, mostBytes] = [holder, bytes];
    }
    return largest;
  }
}
