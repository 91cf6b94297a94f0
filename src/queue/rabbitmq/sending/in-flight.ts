import { Condition } from '../../condition.ts';

/** Messages handed to the library whose confirms are still to come, in bounds, whatever became of their senders. */
export class InFlight {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #freed = new Condition();
  #messages = 0;
  #bytes = 0;
  /** Who came first enters first, so that the order is kept. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  /** Waits for room; false: there was none until the deadline, and nothing was taken. */
  enter(messages: number, bytes: number, deadlineMs: number): Promise<boolean> {
    const entered = this.#queue.then(() => this.#take(messages, bytes, deadlineMs));
    this.#queue = entered;
    return entered;
  }

  leave(bytes: number): void {
    this.#messages--;
    this.#bytes -= bytes;
    this.#freed.notifyAll();
  }

  async #take(messages: number, bytes: number, deadlineMs: number): Promise<boolean> {
    while (!this.#hasRoom(messages, bytes)) {
      if (performance.now() >= deadlineMs) return false;
      await this.#freed.wait(deadlineMs - performance.now());
    }
    if (performance.now() >= deadlineMs) return false;
    this.#messages += messages;
    this.#bytes += bytes;
    return true;
  }

  /** What is larger than the bounds goes alone. */
  #hasRoom(messages: number, bytes: number): boolean {
    if (this.#messages === 0) return true;
    return this.#messages + messages <= this.#maxMessages && this.#bytes + bytes <= this.#maxBytes;
  }
}
