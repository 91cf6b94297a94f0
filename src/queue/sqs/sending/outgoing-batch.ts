import type { OutgoingMessage, SendOutcome } from '../../queue.ts';
import { bodyOf } from './body.ts';
import { type FifoIds, fifoIds } from './fifo-ids.ts';

/** What an attempt made of one message. */
export type AttemptResult =
  | { readonly kind: 'acked' }
  | Exclude<SendOutcome, { kind: 'acked' }>
  /** It was not stored, and may be when it is sent again. */
  | { readonly kind: 'try-again'; readonly detail: string }
  /** It was stored otherwise than it was sent: no other attempt mends that. */
  | { readonly kind: 'damaged'; readonly detail: string };

/** A message that SQS can take, and what is known of it so far. */
export interface BatchEntry {
  readonly key: string | null;
  readonly body: string;
  /** Null: the queue is no FIFO queue. */
  readonly fifo: FifoIds | null;
  underWay: boolean;
  /** Why it may have been stored although no ack came, or null. */
  doubt: string | null;
  /** Why it was not stored so far. */
  obstacle: string;
  outcome: SendOutcome | null;
}

export interface BatchOptions {
  readonly fifo: boolean;
  readonly maxMessageBytes: number;
}

/**
 * A batch on its way. A message that may have been stored is sent again only where the queue is a FIFO queue, which
 * drops the repeat: then the ack of a later attempt holds for it, and a later refusal proves nothing.
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

  /** What is to be sent, in order. */
  get open(): readonly BatchEntry[] {
    return this.#entries.filter(({ outcome }) => outcome === null);
  }

  begin(entries: readonly BatchEntry[]): void {
    for (const entry of entries) entry.underWay = true;
  }

  note(entry: BatchEntry, result: AttemptResult): void {
    entry.underWay = false;
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

  /** What would be sent again after a later message of its key was stored would break their order. */
  giveUpOvertaken(): void {
    const stored = new Set<string>();
    for (const entry of this.#entries.toReversed()) {
      if (entry.key === null) continue;
      if (entry.outcome?.kind === 'acked') stored.add(entry.key);
      if (entry.outcome === null && stored.has(entry.key)) entry.outcome = openOutcome(entry);
    }
  }

  /** One outcome for each message, in order, of what is known now. */
  outcomes(): SendOutcome[] {
    return this.#messages.map((message) => {
      if (!('body' in message)) return message;
      return message.outcome ?? openOutcome(message);
    });
  }
}

function entryOf(
  { key, value }: OutgoingMessage,
  { fifo, maxMessageBytes }: BatchOptions,
): BatchEntry | SendOutcome {
  if (value.length > maxMessageBytes) {
    const detail = `${value.length} bytes are more than the queue's ${maxMessageBytes}`;
    return { kind: 'refused', reason: 'too-large', detail };
  }
  const body = bodyOf(value);
  if (body.text === null) return { kind: 'refused', reason: 'invalid', detail: body.problem };
  return {
    key,
    body: body.text,
    fifo: fifo ? fifoIds(key, body.text) : null,
    underWay: false,
    doubt: null,
    obstacle: 'not sent before the deadline',
    outcome: null,
  };
}

function openOutcome({ underWay, doubt, obstacle }: BatchEntry): SendOutcome {
  if (underWay || doubt !== null) return { kind: 'unknown', detail: doubt ?? 'no answer in time' };
  return { kind: 'refused', reason: 'unavailable', detail: obstacle };
}
