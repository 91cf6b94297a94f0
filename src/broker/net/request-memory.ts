import { ITEM_BYTES, MAX_MEMORY_WAIT_MS, MAX_REQUEST_ITEMS } from '../limits.ts';
import type { Account } from './memory-budget.ts';

/** What the objects of a request can take at most, before it is known how many there are. */
export function itemBytesAtMost(frameBytes: number): number {
  return ITEM_BYTES * Math.min(MAX_REQUEST_ITEMS, frameBytes);
}

/** What one request holds, from its frame to the last byte of its answer. */
export class RequestMemory {
  readonly #account: Account;
  readonly #frameBytes: number;
  readonly #signal: AbortSignal;
  /** The frame and its items. */
  #requestBytes: number;
  #answerBytes = 0;

  /** The frame and the most that its items can take have been reserved. */
  constructor(account: Account, frameBytes: number, signal: AbortSignal) {
    this.#account = account;
    this.#frameBytes = frameBytes;
    this.#requestBytes = frameBytes + itemBytesAtMost(frameBytes);
    this.#signal = signal;
  }

  /** The request has been read, and has so many items. */
  setItems(count: number): void {
    const bytes = Math.min(this.#requestBytes, this.#frameBytes + ITEM_BYTES * count);
    this.#account.release(this.#requestBytes - bytes);
    this.#requestBytes = bytes;
  }

  /** For a part of the answer, before it is read. False when there was no memory for too long, or the client is gone. */
  async reserve(bytes: number): Promise<boolean> {
    const granted = this.#account.tryReserve(bytes) || (await this.#waitFor(bytes));
    if (granted) this.#answerBytes += bytes;
    return granted;
  }

  /** Gives back what was reserved for the answer. */
  releaseAnswer(): void {
    this.#account.release(this.#answerBytes);
    this.#answerBytes = 0;
  }

  /** The answer has so many bytes; the request itself is needed no more. */
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
