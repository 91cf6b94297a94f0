import { ITEM_BYTES, MAX_MEMORY_WAIT_MS, MAX_REQUEST_ITEMS } from '../limits.ts';
import type { Account } from './memory-budget.ts';

/**
 * Upper limit for the memory of a request's array items. The limit is computed from the size of the frame, before the
 * items are counted.
 */
export function itemBytesAtMost(frameBytes: number): number {
  return ITEM_BYTES * Math.min(MAX_REQUEST_ITEMS, frameBytes);
}

/** The memory that is reserved for one request, from its frame to the last byte of its answer. */
export class RequestMemory {
  readonly #account: Account;
  readonly #frameBytes: number;
  readonly #signal: AbortSignal;
  /** Memory for the frame and for its array items. */
  #requestBytes: number;
  #answerBytes = 0;

  /**
   * The caller has already reserved memory for the frame, and for as many array items as the frame could
   * contain.
   */
  constructor(account: Account, frameBytes: number, signal: AbortSignal) {
    this.#account = account;
    this.#frameBytes = frameBytes;
    this.#requestBytes = frameBytes + itemBytesAtMost(frameBytes);
    this.#signal = signal;
  }

  /** Releases memory that was reserved for more array items than the request has. */
  setItems(count: number): void {
    const bytes = Math.min(this.#requestBytes, this.#frameBytes + ITEM_BYTES * count);
    this.#account.release(this.#requestBytes - bytes);
    this.#requestBytes = bytes;
  }

  /**
   * Reserves memory for a part of the answer, before that part is read. Resolves with false if no memory is free for
   * too long, or if the connection ends.
   */
  async reserve(bytes: number): Promise<boolean> {
    const granted = this.#account.tryReserve(bytes) || (await this.#waitFor(bytes));
    if (granted) this.#answerBytes += bytes;
    return granted;
  }

  releaseAnswer(): void {
    this.#account.release(this.#answerBytes);
    this.#answerBytes = 0;
  }

  /** Sets the size of the finished answer. Releases the memory of the request. */
  setAnswer(bytes: number): void {
    this.#releaseRequest();
    if (bytes > this.#answerBytes) {
      this.#account.force(bytes - this.#answerBytes);
      this.#answerBytes = bytes;
    }
  }

  end(): void {
    this.#releaseRequest();
    this.releaseAnswer();
  }

  #waitFor(bytes: number): Promise<boolean> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(MAX_MEMORY_WAIT_MS)]);
    return this.#account.waitFor(bytes, signal);
  }

  #releaseRequest(): void {
    this.#account.release(this.#requestBytes);
    this.#requestBytes = 0;
  }
}
