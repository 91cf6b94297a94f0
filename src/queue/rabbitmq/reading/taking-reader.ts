import { plural } from '../../../plural.ts';
import { Condition, within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Drain, Positions, Reader, ReaderOptions } from '../../queue.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

const PREFETCH = 1_000;
const LOOK_AGAIN_MS = 100;
/** Two looks prove that nothing is on its way (see Subscription.count); a third allows for counts that lag behind. */
const EMPTY_LOOKS = 3;
const NO_POSITIONS: Positions = new Map();
const NO_ANSWER = { kind: 'obstacle', reason: 'the queue does not answer' } as const;

/** Takes messages out of the queue itself, for good. */
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
   * Until the queue has nothing more and this reader is its only consumer. What others hold and have not
   * acknowledged, AMQP does not tell: a consumer would show, a `basic.get` would not.
   */
  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    let obstacle = 'there was no time to look for the end of the queue';
    let emptyLooks = 0;
    let countBefore = -1;
    while (!signal.aborted && performance.now() < deadlineMs) {
      const look = await within(this.#look(), deadlineMs - performance.now(), NO_ANSWER, signal);
      if (look.kind === 'never') return { complete: false, reason: look.reason, ends: NO_POSITIONS };
      emptyLooks = look.kind === 'empty' && this.#counter.count === countBefore ? emptyLooks + 1 : 0;
      if (emptyLooks === EMPTY_LOOKS) return { complete: true, ends: NO_POSITIONS };
      if (look.kind === 'obstacle') obstacle = look.reason;
      countBefore = this.#counter.count;
      await this.#changed.wait(Math.min(LOOK_AGAIN_MS, deadlineMs - performance.now()), signal);
    }
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
      // It is one itself: see QueueCount.
      if (consumerCount === 0) return NO_ANSWER;
      if (consumerCount > 1) {
        const reason = 'another consumer takes messages from the queue';
        // After a reconnection it may be this reader's own old one, of which the broker does not know yet.
        return { kind: this.#subscription.reconnected ? 'obstacle' : 'never', reason };
      }
      return messageCount === 0
        ? { kind: 'empty' }
        : { kind: 'obstacle', reason: `the queue still had ${plural(messageCount, 'message')}` };
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
  /** There is no use in looking again. */
  | { readonly kind: 'never'; readonly reason: string };
