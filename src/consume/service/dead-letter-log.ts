import type { Clock } from '../working/clock.ts';

/** Minimum time between two lines about attempts. A queue that is down fails an attempt of each message every 500 ms. */
const QUIET_MS = 10_000;

/** Logs that messages wait for the dead-letter queue, and that none waits any more. */
export class DeadLetterLog {
  readonly #log: (line: string) => void;
  readonly #clock: Clock;
  /** Messages of which an attempt failed, and which are not sent yet. */
  readonly #waiting = new Set<object>();
  #quietUntilMs: number | null = null;
  #hasSaidReturn = false;

  constructor(log: (line: string) => void, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** An attempt to send the message failed. The message waits for the next attempt. */
  waits(message: object, detail: string): void {
    this.#waiting.add(message);
    const nowMs = this.#clock.now();
    if (this.#quietUntilMs !== null && nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + QUIET_MS;
    this.#log(`cannot send a dead letter, trying again: ${detail}`);
  }

  sent(message: object): void {
    if (this.#forget(message)) this.#log('all waiting dead letters were sent');
  }

  /**
   * The message returns to the queue.
   * @param detail why the last attempt failed; null if the service left before the next attempt
   */
  returns(message: object, detail: string | null): void {
    this.#forget(message);
    if (detail === null || this.#hasSaidReturn) return;
    this.#hasSaidReturn = true;
    this.#log(`cannot send a dead letter, unsent messages return to the queue: ${detail}`);
  }

  /** @returns whether this message was the last one that waited */
  #forget(message: object): boolean {
    if (!this.#waiting.delete(message) || this.#waiting.size > 0) return false;
    this.#quietUntilMs = null;
    return true;
  }
}
