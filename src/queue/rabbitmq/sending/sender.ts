import type { Connection } from 'rabbitmq-client';
import { within } from '../../condition.ts';
import { messageBytes } from '../../message-bytes.ts';
import type { ConnectionState, OutgoingMessage, Sender, SendOutcome } from '../../queue.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { RabbitmqLink } from '../connection/link.ts';
import { ConfirmChannel, type PublishTarget } from './confirm-channel.ts';
import { InFlight } from './in-flight.ts';

export interface RabbitmqSenderOptions {
  readonly client: RabbitmqClient;
  readonly target: PublishTarget;
  readonly maxMessageBytes: number;
  /** Called on each new connection. Checks that the queue and the exchange exist. */
  readonly prepare: (connection: Connection) => Promise<void>;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Limits for unconfirmed messages, including messages whose senders gave up. These limits bound the memory if
 * a broker never confirms.
 */
const MAX_UNCONFIRMED_MESSAGES = 10_000;
const MAX_UNCONFIRMED_BYTES = 64 * 1024 * 1024;

const NOT_SENT: SendOutcome = {
  kind: 'refused',
  reason: 'unavailable',
  detail: 'not sent before the deadline',
};
const NOT_CONFIRMED: SendOutcome = { kind: 'unknown', detail: 'RabbitMQ did not confirm in time' };

/**
 * Publishes on one channel, which keeps the order of messages. RabbitMQ can confirm them in any order. Never sends a
 * message twice: if the connection is lost, the outcome of an unconfirmed message is unknown.
 */
export class RabbitmqSender implements Sender {
  readonly maxInFlight = 8;
  readonly maxBatchMessages = 256;
  readonly maxBatchBytes = 1024 * 1024;
  readonly maxMessageBytes: number;
  readonly #link: RabbitmqLink;
  readonly #inFlight = new InFlight(MAX_UNCONFIRMED_MESSAGES, MAX_UNCONFIRMED_BYTES);
  #channel: ConfirmChannel | null = null;

  constructor({ client, target, maxMessageBytes, prepare, onConnection }: RabbitmqSenderOptions) {
    this.maxMessageBytes = maxMessageBytes;
    this.#link = new RabbitmqLink({
      client,
      onConnection,
      open: async (connection, lose) => {
        await prepare(connection);
        this.#channel = await ConfirmChannel.open(connection, target, lose);
        return this.#channel;
      },
    });
  }

  get connected(): boolean {
    return this.#link.state.kind === 'connected' && this.#channel?.isOpen === true;
  }

  async send(batch: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const outcomes: SendOutcome[] = batch.map(() => NOT_SENT);
    const bytes = batch.reduce((sum, message) => sum + messageBytes(message), 0);
    if (!(await this.#inFlight.enter(batch.length, bytes, deadlineMs))) return outcomes;
    const publishing = batch.map(async (message, index) => {
      outcomes[index] = NOT_CONFIRMED;
      outcomes[index] = await this.#publish(message);
      this.#inFlight.leave(messageBytes(message));
    });
    await within(Promise.all(publishing), deadlineMs - performance.now(), undefined);
    return [...outcomes];
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #publish(message: OutgoingMessage): Promise<SendOutcome> {
    const { state } = this.#link;
    if (message.value.length > this.maxMessageBytes) {
      return {
        kind: 'refused',
        reason: 'too-large',
        detail: `the message has more than ${this.maxMessageBytes} bytes`,
      };
    }
    if (state.kind === 'waiting') return { kind: 'refused', reason: 'unavailable', detail: state.reason };
    return this.#channel?.publish(message) ?? NOT_SENT;
  }
}
