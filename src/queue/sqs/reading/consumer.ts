import { Condition } from '../../condition.ts';
import type { Consumer, ConsumerOptions } from '../../queue.ts';
import { timestampAt } from '../../timestamp.ts';
import type { ReceivedMessage } from '../requests/answers.ts';
import { describeSqsError } from '../requests/errors.ts';
import { MAX_BATCH_ENTRIES, type QueueClient } from '../requests/queue-client.ts';
import { deliveryOf } from './delivery.ts';
import { Held, VISIBILITY_SECONDS } from './held.ts';

/** Maximum number of long polls at the same time. */
export const CONSUMING_RECEIVERS = 8;
const WAIT_SECONDS = 5;
const RETRY_MS = 500;
const LOOK_AGAIN_MS = 1_000;

/**
 * Polls for messages, up to the limit of messages in flight. Keeps unacknowledged messages hidden from other
 * consumers, and deletes acknowledged ones.
 */
export class SqsConsumer implements Consumer {
  readonly #client: QueueClient;
  readonly #options: ConsumerOptions;
  readonly #held: Held;
  readonly #freed = new Condition();
  readonly #stopping = new AbortController();
  readonly #running: Promise<unknown>;
  #closing: Promise<void> | null = null;
  /**
   * A poll is sent only when it can ask for at least this number of messages. Without this limit, qbl would send one
   * request for each message.
   */
  readonly #worthAsking: number;
  /** Number of messages that the running polls may return. */
  #asked = 0;
  #read = 0;
  #isConnected: boolean | null = null;

  constructor(client: QueueClient, options: ConsumerOptions) {
    this.#client = client;
    this.#options = options;
    this.#held = new Held(client, () => this.#freed.notifyAll());
    this.#worthAsking = Math.min(MAX_BATCH_ENTRIES, Math.ceil(options.maxInFlight / 2));
    const polls = Math.min(CONSUMING_RECEIVERS, Math.ceil(options.maxInFlight / MAX_BATCH_ENTRIES));
    this.#running = Promise.all(Array.from({ length: polls }, () => this.#poll()));
  }

  /** Aborts the polls. A message that a poll was about to return becomes visible again by itself. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.stop();
    await this.#held.close();
    this.#client.close();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const room = this.#options.maxInFlight - this.#held.size - this.#held.deleting - this.#asked;
      const maxMessages = Math.min(MAX_BATCH_ENTRIES, room);
      if (maxMessages >= this.#worthAsking) await this.#receive(maxMessages, signal);
      else await this.#freed.wait(LOOK_AGAIN_MS, signal);
    }
  }

  async #receive(maxMessages: number, signal: AbortSignal): Promise<void> {
    const askedAtMs = performance.now();
    this.#asked += maxMessages;
    let messages: ReceivedMessage[] | null = null;
    try {
      const visibilitySeconds = VISIBILITY_SECONDS;
      messages = await this.#client.receive({
        waitSeconds: WAIT_SECONDS,
        visibilitySeconds,
        signal,
        maxMessages,
      });
      this.#tell(null);
    } catch (error) {
      if (signal.aborted) return;
      this.#tell(describeSqsError(error));
    } finally {
      this.#asked -= maxMessages;
    }
    if (messages === null) await this.#freed.wait(RETRY_MS, signal);
    else if (!signal.aborted) for (const message of messages) this.#handOut(message, askedAtMs);
  }

  /**
   * Delivers a message. SQS may have hidden the message from other consumers since the request. So the hidden time is
   * counted from the request.
   */
  #handOut(message: ReceivedMessage, askedAtMs: number): void {
    const { ReceiptHandle: handle, Attributes } = message;
    this.#held.add(handle, askedAtMs);
    const receivedAtMs = performance.timeOrigin + performance.now();
    const ack = () => this.#held.ack(handle);
    // The time when the queue received the message, by the queue's clock.
    const timestamp = timestampAt('LogAppendTime', Number(Attributes?.SentTimestamp));
    this.#options.onMessage({ ...deliveryOf(message, this.#read++, receivedAtMs), timestamp, ack });
  }

  #tell(failure: string | null): void {
    const isConnected = failure === null;
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    this.#options.onConnection(
      failure === null ? { kind: 'connected' } : { kind: 'waiting', reason: failure },
    );
  }
}
