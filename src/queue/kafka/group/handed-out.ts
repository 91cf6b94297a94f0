import { type LogSpan, messagesFrom } from './log-span.ts';

/** How far the messages of one partition are delivered, and which of them are not acknowledged yet. */
export class HandedOut {
  /** Offsets of the unacknowledged messages, in the order of the log. */
  #inFlight = new Set<number>();
  #next: number;

  /**
   * Starts to count in one partition.
   * @param start offset of the first message to deliver
   */
  constructor(start: number) {
    this.#next = start;
  }

  /**
   * Records that a message is delivered.
   * @returns the acknowledgement, which is valid for this log only: a recreated log has the same offsets
   *   again
   */
  handOut(offset: number): () => void {
    const inFlight = this.#inFlight;
    inFlight.add(offset);
    this.#next = offset + 1;
    return () => void inFlight.delete(offset);
  }

  /** Moves on to `next`. The skipped records are not messages for consumers, but control records, for example. */
  skipTo(next: number): void {
    this.#next = Math.max(this.#next, next);
  }

  /**
   * Starts again, because the log now begins at another offset. Messages in flight are not part of the new
   * log.
   */
  restart(beginning: number): void {
    this.#inFlight = new Set();
    this.#next = beginning;
  }

  /** The offset that the group may commit. Every message before this offset is acknowledged. */
  get position(): number {
    for (const lowest of this.#inFlight) return lowest;
    return this.#next;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Number of messages in the log that are not delivered yet, plus the unacknowledged messages. */
  unacknowledged(log: LogSpan): number {
    return messagesFrom(this.#next, log) + this.#inFlight.size;
  }
}
