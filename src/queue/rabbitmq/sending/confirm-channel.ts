import { randomBytes } from 'node:crypto';
import type { Channel, Connection } from 'rabbitmq-client';
import { printable } from '../../../printable.ts';
import type { OutgoingMessage, SendOutcome } from '../../queue.ts';
import { closeChannel } from '../connection/client.ts';
import { codeOf, describeRabbitmqError } from '../connection/errors.ts';
import { propertiesOf } from './properties.ts';
import { Returns } from './returns.ts';

/** Where to publish. With the exchange '', `routingKey` is the name of the queue. */
export interface PublishTarget {
  readonly exchange: string;
  readonly routingKey: string;
}

const MAX_REPLY_TEXT_LENGTH = 200;
/** rabbitmq-client's code for a request that failed because its channel failed. */
const CHANNEL_CLOSED = 'CH_CLOSE';

/** A channel in confirm mode: RabbitMQ confirms each message. Each `publish` sends exactly one message. */
export class ConfirmChannel {
  readonly #channel: Channel;
  readonly #target: PublishTarget;
  /** Random id of this channel, which is a part of its message ids. */
  readonly #id = randomBytes(9).toString('base64url');
  #published = 0;
  readonly #returns = new Returns();
  #failure: string | null = null;

  private constructor(channel: Channel, target: PublishTarget) {
    this.#channel = channel;
    this.#target = target;
    channel.on('basic.return', ({ messageId = '', replyText }) => {
      this.#returns.note(messageId, printable(replyText, MAX_REPLY_TEXT_LENGTH));
    });
  }

  /**
   * Opens a channel in confirm mode.
   * @param onClosed called with the reason when the channel ends for any reason
   */
  static async open(
    connection: Connection,
    target: PublishTarget,
    onClosed: (reason: string) => void,
  ): Promise<ConfirmChannel> {
    const channel = await connection.acquire();
    await channel.confirmSelect();
    const confirming = new ConfirmChannel(channel, target);
    // Waits one turn of the event loop, because the reason arrives with the first failed message, after the
    // close event.
    channel.on('close', () => setImmediate(() => onClosed(confirming.#failure ?? 'the channel was closed')));
    return confirming;
  }

  get isOpen(): boolean {
    return this.#channel.active;
  }

  /**
   * Publishes one message. Resolves when RabbitMQ has accepted the message, or when no answer can come any
   * more. It does not resolve while RabbitMQ is silent. A message that was not written to the socket is
   * refused. A message that was written but not confirmed is unknown.
   */
  async publish({ value, headers = [] }: OutgoingMessage): Promise<SendOutcome> {
    if (!this.isOpen) return { kind: 'refused', reason: 'unavailable', detail: 'not connected to RabbitMQ' };
    const properties = propertiesOf(headers);
    if ('kind' in properties) return properties;
    const messageId = properties.messageId ?? `${this.#id}-${this.#published++}`;
    const envelope = { ...this.#target, ...properties, messageId, mandatory: true, durable: true };
    this.#returns.begin(messageId);
    const failure = await this.#channel.basicPublish(envelope, value).then(() => null, this.#explain);
    // RabbitMQ sends a return before the confirm of the message. rabbitmq-client reports the return one setImmediate
    // later than the confirm, so wait for the return.
    await new Promise(setImmediate);
    const returned = this.#returns.end(messageId);
    if (returned !== null) return returned;
    return failure === null ? { kind: 'acked', place: null } : { kind: 'unknown', detail: failure };
  }

  /**
   * Closes the channel. When the promise resolves, RabbitMQ has processed everything sent before, unless it does not
   * answer.
   */
  close(): Promise<void> {
    return closeChannel(this.#channel);
  }

  readonly #explain = (error: unknown): string => {
    const failure = describeRabbitmqError(error);
    if (codeOf(error) === 'NACK') return 'RabbitMQ did not accept the message: nack';
    if (codeOf(error) !== CHANNEL_CLOSED) this.#failure ??= failure;
    return failure;
  };
}
