import type { IHeaders, Message } from 'kafkajs';
import type { MessageHeader } from '../../message.ts';
import type { OutgoingMessage, SendOutcome } from '../../queue.ts';

/** A batch that is being sent, and what is known about the outcome of each message. */
export class ProducerBatch {
  readonly messages: readonly Message[];
  /** Time when the sender gives up, in monotonic milliseconds. */
  readonly deadlineMs: number;
  /**
   * Why the current part of the batch may have been stored without an acknowledgement. Null if it was certainly not
   * stored.
   */
  doubt: string | null = null;
  /** Why the current part of the batch has not been stored so far. */
  obstacle = 'not sent before the deadline';
  readonly #outcomes: (SendOutcome | undefined)[];

  constructor(messages: readonly OutgoingMessage[], deadlineMs: number) {
    this.messages = messages.map(kafkaMessage);
    this.deadlineMs = deadlineMs;
    this.#outcomes = new Array(messages.length);
  }

  get expired(): boolean {
    return performance.now() >= this.deadlineMs;
  }

  /** Starts the next part of the batch, which no attempt has sent yet. */
  beginPart(): void {
    this.doubt = null;
  }

  settle(index: number, outcome: SendOutcome): void {
    this.#outcomes[index] = outcome;
  }

  /** Returns one outcome for each message, in order, from what is known now. */
  outcomes(): SendOutcome[] {
    const open: SendOutcome =
      this.doubt === null
        ? { kind: 'refused', reason: 'unavailable', detail: this.obstacle }
        : { kind: 'unknown', detail: this.doubt };
    return Array.from(this.#outcomes, (outcome) => outcome ?? open);
  }
}

function kafkaMessage({ key, value, headers }: OutgoingMessage): Message {
  return headers === undefined ? { key, value } : { key, value, headers: kafkaHeaders(headers) };
}

/** kafkajs takes the headers as an object. Several headers of one name become an array. */
function kafkaHeaders(headers: readonly MessageHeader[]): IHeaders {
  const byName = new Map<string, string[]>();
  for (const { name, value } of headers) byName.set(name, [...(byName.get(name) ?? []), value]);
  return Object.fromEntries(byName);
}
