import { plural } from '../../../plural.ts';
import { Condition, within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Drain, Positions, Reader, ReaderOptions } from '../../reader.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

const PREFETCH = 1_000;
const LOOK_AGAIN_MS = 100;
/**
 * The reading ends after this many counts of 0 messages in a row. Two such counts prove that no message is in flight
 * (see Subscription.count). The third is needed because counts can be late.
 */
const EMPTY_LOOKS = 3;
const NO_POSITIONS: Positions = new Map();
const NO_ANSWER = { kind: 'obstacle', reason: 'the queue does not answer' } as const;

/** Reads the queue as a consumer, which removes the messages permanently. */
export class TakingReader implements Reader {
  readonly start = NO_POSITIONS;
  readonly #options: ReaderOptions;
  readonly #subscription: Subscription;
  readonly #counter = new DeliveryCounter();
  readonly #changed = new Condition();

  constructor(client: RabbitmqClient, queue: string, options: ReaderOptions) {
    this.#options = options;
    this.#subscription = new Subscription({
      client,
      queue,
      prefetch: PREFETCH,
      onArrivals: (arrivals) => this.#receive(arrivals),
      onConnection: () => this.#changed.notifyAll(),
    });
  }

  /**
   * Reads until the queue is empty and this reader is its only consumer. If there are other consumers, the
   * end cannot be known, because AMQP does not report their unacknowledged messages. qbl cannot see a client
   * that uses `basic.get`.
   */
  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    let obstacle: string | null = null;
    let emptyLooks = 0;
    let countBefore = -1;
    while (!signal.aborted && performance.now() < deadlineMs) {
      const look = await within<Look | null>(this.#look(), deadlineMs - performance.now(), null, signal);
      if (look === null) {
        // The deadline has passed before this count was answered. The reason that an earlier count gave stays valid.
        obstacle ??= NO_ANSWER.reason;
        break;
      }
      if (look.kind === 'never') return { complete: false, reason: look.reason, ends: NO_POSITIONS };
      emptyLooks = look.kind === 'empty' && this.#counter.count === countBefore ? emptyLooks + 1 : 0;
      if (emptyLooks === EMPTY_LOOKS) return { complete: true, ends: NO_POSITIONS };
      if (look.kind === 'obstacle') obstacle = look.reason;
      countBefore = this.#counter.count;
      await this.#changed.wait(Math.min(LOOK_AGAIN_MS, deadlineMs - performance.now()), signal);
    }
    obstacle ??= 'there was no time to look for the end of the queue';
    return { complete: false, reason: obstacle, ends: NO_POSITIONS };
  }

  async queueId(): Promise<string | null> {
    return null;
  }

  async removedSince(): Promise<Doubt | null> {
    return null;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }

  async #look(): Promise<Look> {
    const { gone } = this.#subscription;
    if (gone !== null) return { kind: 'never', reason: gone };
    try {
      const { messageCount, consumerCount } = await this.#subscription.count();
      // This reader is a consumer itself, so a count of 0 means that the queue did not answer (see QueueCount).
      if (consumerCount === 0) return NO_ANSWER;
      if (consumerCount > 1) {
        const reason = 'another consumer takes messages from the queue';
        // After a reconnection, one of the consumers that RabbitMQ counts may be this reader itself, on its old
        // connection.
        return { kind: this.#subscription.reconnected ? 'obstacle' : 'never', reason };
      }
      return messageCount === 0
        ? { kind: 'empty' }
        : { kind: 'obstacle', reason: `the queue still has ${plural(messageCount, 'message')}` };
    } catch (error) {
      return {
        kind: 'obstacle',
        reason: `the end of the queue is not known: ${describeRabbitmqError(error)}`,
      };
    }
  }

  #receive(arrivals: readonly UnansweredDelivery[]): void {
    this.#options.onDeliveries(arrivals.map((arrival) => this.#counter.delivery(arrival)));
    arrivals.at(-1)?.ack(true);
  }
}

type Look =
  | { readonly kind: 'empty' }
  | { readonly kind: 'obstacle'; readonly reason: string }
  /** Another count cannot change the result. */
  | { readonly kind: 'never'; readonly reason: string };
