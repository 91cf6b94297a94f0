import { Condition } from '../../condition.ts';

/**
 * Limits the number of messages that were passed to rabbitmq-client and are not confirmed by RabbitMQ yet. A message
 * counts even after its sender gave up.
 */
export class InFlight {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #freed = new Condition();
  #messages = 0;
  #bytes = 0;
  /**
   * Resolves when all earlier callers have got room. Callers get room in the order of their requests, which
   * keeps the order of messages.
   */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  /** Waits for room. If there is no room before the deadline, resolves with false and reserves no room. */
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

  /** Whether a batch fits. A batch that is larger than the limits is sent when no other message is in flight. */
  #hasRoom(messages: number, bytes: number): boolean {
    if (this.#messages === 0) return true;
    return this.#messages + messages <= this.#maxMessages && this.#bytes + bytes <= this.#maxBytes;
  }
}
