import type { OutgoingMessage, SendOutcome } from '../../queue.ts';
import { bodyOf } from './body.ts';
import { type FifoIds, fifoIds } from './fifo-ids.ts';
import { attributesBytes, attributesOf, type MessageAttributes } from './message-attributes.ts';

/** Result of one attempt to send one message. */
export type AttemptResult =
  | { readonly kind: 'acked' }
  | Exclude<SendOutcome, { kind: 'acked' }>
  /** The message was not stored. Another attempt may store it. */
  | { readonly kind: 'try-again'; readonly detail: string }
  /** SQS stored other bytes than those that were sent. Another attempt cannot repair that. */
  | { readonly kind: 'damaged'; readonly detail: string };

/** A message that SQS can accept, and what is known about its outcome. */
export interface BatchEntry {
  readonly key: string | null;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** The ids of a message for a FIFO queue. Null if the queue is not a FIFO queue. */
  readonly fifo: FifoIds | null;
  inFlight: boolean;
  /** Why the message may have been stored although SQS did not acknowledge it. Null if it was certainly not stored. */
  doubt: string | null;
  /** Why the message has not been stored so far. */
  obstacle: string;
  outcome: SendOutcome | null;
}

export interface BatchOptions {
  readonly fifo: boolean;
  readonly maxMessageBytes: number;
}

/**
 * A batch that is being sent. A message that may have been stored is sent again only to a FIFO queue, which
 * does not store it twice. If the second attempt is acknowledged, the message is acknowledged. If the second
 * attempt is refused, the first attempt may still have been stored.
 */
export class OutgoingBatch {
  readonly #fifo: boolean;
  readonly #messages: readonly (BatchEntry | SendOutcome)[];
  readonly #entries: readonly BatchEntry[];

  constructor(messages: readonly OutgoingMessage[], options: BatchOptions) {
    this.#fifo = options.fifo;
    this.#messages = messages.map((message) => entryOf(message, options));
    this.#entries = this.#messages.filter((message) => 'body' in message);
  }

  /** Messages that are still to be sent, in order. */
  get open(): readonly BatchEntry[] {
    return this.#entries.filter(({ outcome }) => outcome === null);
  }

  begin(entries: readonly BatchEntry[]): void {
    for (const entry of entries) entry.inFlight = true;
  }

  note(entry: BatchEntry, result: AttemptResult): void {
    entry.inFlight = false;
    switch (result.kind) {
      case 'acked':
        entry.outcome = { kind: 'acked', place: null };
        return;
      case 'try-again':
        entry.obstacle = result.detail;
        return;
      case 'refused':
        entry.outcome = entry.doubt === null ? result : { kind: 'unknown', detail: entry.doubt };
        return;
      case 'damaged':
        entry.outcome = { kind: 'unknown', detail: result.detail };
        return;
      case 'unknown':
        entry.doubt = result.detail;
        if (!this.#fifo) entry.outcome = result;
    }
  }

  /**
   * Gives up messages if a later message of the same key is already stored. To send them now would break the
   * order of the key.
   */
  giveUpOvertaken(): void {
    const stored = new Set<string>();
    for (const entry of this.#entries.toReversed()) {
      if (entry.key === null) continue;
      if (entry.outcome?.kind === 'acked') stored.add(entry.key);
      if (entry.outcome === null && stored.has(entry.key)) entry.outcome = openOutcome(entry);
    }
  }

  /** Returns one outcome for each message, in order, from what is known now. */
  outcomes(): SendOutcome[] {
    return this.#messages.map((message) => {
      if (!('body' in message)) return message;
      return message.outcome ?? openOutcome(message);
    });
  }
}

function entryOf(
  { key, value, headers = [] }: OutgoingMessage,
  { fifo, maxMessageBytes }: BatchOptions,
): BatchEntry | SendOutcome {
  const bytes = value.length + attributesBytes(headers);
  if (bytes > maxMessageBytes) {
    const detail = `the message has ${bytes} bytes; the queue's limit is ${maxMessageBytes}`;
    return { kind: 'refused', reason: 'too-large', detail };
  }
  const body = bodyOf(value);
  if (body.text === null) return invalid(body.problem);
  const attributes = attributesOf(headers);
  if (attributes.attributes === null) return invalid(attributes.problem);
  return {
    key,
    body: body.text,
    attributes: attributes.attributes,
    fifo: fifo ? fifoIds(key, body.text) : null,
    inFlight: false,
    doubt: null,
    obstacle: 'not sent before the deadline',
    outcome: null,
  };
}

function invalid(detail: string): SendOutcome {
  return { kind: 'refused', reason: 'invalid', detail };
}

function openOutcome({ inFlight, doubt, obstacle }: BatchEntry): SendOutcome {
  if (inFlight || doubt !== null)
    return { kind: 'unknown', detail: doubt ?? 'no answer before the deadline' };
  return { kind: 'refused', reason: 'unavailable', detail: obstacle };
}
