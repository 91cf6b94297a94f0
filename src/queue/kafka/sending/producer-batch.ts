import type { Message } from 'kafkajs';
import type { OutgoingMessage, SendOutcome } from '../../queue.ts';

/** A batch on its way, and what is known of each of its messages so far. */
export class ProducerBatch {
  readonly messages: readonly Message[];
  /** Monotonic milliseconds. */
  readonly deadlineMs: number;
  /** Why the part that is being sent may have been stored although no ack came, or null. */
  doubt: string | null = null;
  /** Why it was not stored so far. */
  obstacle = 'not sent before the deadline';
  readonly #outcomes: (SendOutcome | undefined)[];

  constructor(messages: readonly OutgoingMessage[], deadlineMs: number) {
    this.messages = messages.map(({ key, value }) => ({ key, value }));
    this.deadlineMs = deadlineMs;
    this.#outcomes = new Array(messages.length);
  }

  get expired(): boolean {
    return performance.now() >= this.deadlineMs;
  }

  /** What is sent next was in no attempt yet. */
  beginPart(): void {
    this.doubt = null;
  }

  settle(index: number, outcome: SendOutcome): void {
    this.#outcomes[index] = outcome;
  }

  /** One outcome for each message, in order, of what is known now. */
  outcomes(): SendOutcome[] {
    const open: SendOutcome =
      this.doubt === null
        ? { kind: 'refused', reason: 'unavailable', detail: this.obstacle }
        : { kind: 'unknown', detail: this.doubt };
    return Array.from(this.#outcomes, (outcome) => outcome ?? open);
  }
}
