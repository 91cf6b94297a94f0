import type { Message } from 'kafkajs';
import type { OutgoingMessage, SendOutcome } from '../queue.ts';

/** A batch on its way, and what is known of each of its messages so far. */
export class ProducerBatch {
  readonly messages: readonly Message[];
  /** Monotonic milliseconds. */
  readonly deadlineMs: number;
  /** From here on the broker may have some of it. */
  handedOver = false;
  readonly #outcomes: (SendOutcome | undefined)[];

  constructor(messages: readonly OutgoingMessage[], deadlineMs: number) {
    this.messages = messages.map(({ value }) => ({ key: null, value }));
    this.deadlineMs = deadlineMs;
    this.#outcomes = new Array(messages.length);
  }

  get expired(): boolean {
    return performance.now() >= this.deadlineMs;
  }

  settle(index: number, outcome: SendOutcome): void {
    this.#outcomes[index] = outcome;
  }

  /** One outcome for each message, in order; what is open is unknown once the batch was handed over. */
  outcomes(): SendOutcome[] {
    const open: SendOutcome = this.handedOver
      ? { kind: 'unknown', detail: 'no answer before the deadline' }
      : { kind: 'refused', reason: 'unavailable', detail: 'not sent before the deadline' };
    return Array.from(this.#outcomes, (outcome) => outcome ?? open);
  }
}
