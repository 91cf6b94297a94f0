import { randomBytes } from 'node:crypto';
import type { Channel, Connection } from 'rabbitmq-client';
import { printable } from '../../../printable.ts';
import type { SendOutcome } from '../../queue.ts';
import { closeChannel } from '../connection/client.ts';
import { codeOf, describeRabbitmqError } from '../connection/errors.ts';

/** Where messages are published; the exchange '' hands them to the queue that the key names. */
export interface PublishTarget {
  readonly exchange: string;
  readonly routingKey: string;
}

const MAX_REPLY_TEXT_LENGTH = 200;
/** rabbitmq-client's code for what failed because the channel had failed. */
const CHANNEL_CLOSED = 'CH_CLOSE';

/** A channel in confirm mode: one publish is one message on the wire, never more. */
export class ConfirmChannel {
  readonly #channel: Channel;
  readonly #target: PublishTarget;
  /** Tells the messages of this channel from all others. */
  readonly #id = randomBytes(9).toString('base64url');
  #published = 0;
  /** Why messages were returned, by message id, until they are confirmed: RabbitMQ does that right after. */
  readonly #returned = new Map<string, string>();
  #failure: string | null = null;

  private constructor(channel: Channel, target: PublishTarget) {
    this.#channel = channel;
    this.#target = target;
    channel.on('basic.return', ({ messageId = '', replyText }) => {
      this.#returned.set(messageId, printable(replyText, MAX_REPLY_TEXT_LENGTH));
    });
  }

  /** @param onClosed called with the reason when the channel ends, however it does */
  static async open(
    connection: Connection,
    target: PublishTarget,
    onClosed: (reason: string) => void,
  ): Promise<ConfirmChannel> {
    const channel = await connection.acquire();
    await channel.confirmSelect();
    const confirming = new ConfirmChannel(channel, target);
    // The reason arrives with the first message that fails, a little later.
    channel.on('close', () => setImmediate(() => onClosed(confirming.#failure ?? 'the channel was closed')));
    return confirming;
  }

  get isOpen(): boolean {
    return this.#channel.active;
  }

  /**
   * Resolves when RabbitMQ has taken the message, or when nobody will ever tell; not at all while it keeps silent.
   * What was not handed to the socket is refused; what was, and is not confirmed, is unknown.
   */
  async publish(value: Buffer): Promise<SendOutcome> {
    if (!this.isOpen) return { kind: 'refused', reason: 'unavailable', detail: 'not connected to RabbitMQ' };
    const messageId = `${this.#id}-${this.#published++}`;
    const envelope = { ...this.#target, messageId, mandatory: true, durable: true };
    const failure = await this.#channel.basicPublish(envelope, value).then(() => null, this.#explain);
    // A return arrives before its confirm, but is told by rabbitmq-client one setImmediate later.
    await new Promise(setImmediate);
    const returned = this.#returned.get(messageId);
    this.#returned.delete(messageId);
    if (returned !== undefined) {
      return { kind: 'refused', reason: 'unavailable', detail: `returned as unroutable: ${returned}` };
    }
    return failure === null ? { kind: 'acked', place: null } : { kind: 'unknown', detail: failure };
  }

  /** What RabbitMQ was told of last has arrived when this resolves, unless it does not answer. */
  close(): Promise<void> {
    return closeChannel(this.#channel);
  }

  readonly #explain = (error: unknown): string => {
    const failure = describeRabbitmqError(error);
    if (codeOf(error) === 'NACK') return 'RabbitMQ did not confirm: nack';
    if (codeOf(error) !== CHANNEL_CLOSED) this.#failure ??= failure;
    return failure;
  };
}
