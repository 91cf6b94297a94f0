import type { SendOutcome } from '../../queue.ts';

/** What RabbitMQ reported about the messages in flight that have the same message id. */
interface Flight {
  messages: number;
  /**
   * True if several messages in flight have this id. RabbitMQ's return then does not say which of these
   * messages it is about.
   */
  isShared: boolean;
  /** Why RabbitMQ returned a message with this id. Null if RabbitMQ has returned no such message. */
  returned: string | null;
}

/**
 * Records the messages that RabbitMQ returned because no queue takes them. A return names only the message
 * id, and arrives before the confirm of the same message.
 */
export class Returns {
  readonly #flights = new Map<string, Flight>();

  /** Records that a message with this id is in flight. */
  begin(messageId: string): void {
    const flight = this.#flights.get(messageId);
    if (flight === undefined) {
      this.#flights.set(messageId, { messages: 1, isShared: false, returned: null });
    } else {
      flight.messages++;
      flight.isShared = true;
    }
  }

  note(messageId: string, reason: string): void {
    const flight = this.#flights.get(messageId);
    if (flight !== undefined) flight.returned = reason;
  }

  /**
   * Records that the message is no longer in flight. Returns the outcome if RabbitMQ returned the message,
   * otherwise null.
   */
  end(messageId: string): SendOutcome | null {
    const flight = this.#flights.get(messageId);
    if (flight === undefined) return null;
    flight.messages--;
    if (flight.messages === 0) this.#flights.delete(messageId);
    const { returned, isShared } = flight;
    if (returned === null) return null;
    const detail = `returned as unroutable: ${returned}`;
    if (!isShared) return { kind: 'refused', reason: 'unavailable', detail };
    return { kind: 'unknown', detail: `one of several messages with the same message-id was ${detail}` };
  }
}
