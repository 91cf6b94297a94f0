import type { Consumer, ConsumerOptions } from '../../queue.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

/** basic.qos counts in 16 bits. */
const MAX_PREFETCH = 65_535;

/** Consumes as a service does, beside others: each message is acknowledged by itself. */
export class RabbitmqConsumer implements Consumer {
  readonly #onMessage: ConsumerOptions['onMessage'];
  readonly #subscription: Subscription;
  readonly #counter = new DeliveryCounter();
  readonly #inHand = new Set<UnansweredDelivery>();
  #isTaking = true;

  constructor(client: RabbitmqClient, queue: string, options: ConsumerOptions) {
    this.#onMessage = options.onMessage;
    this.#subscription = new Subscription({
      client,
      queue,
      prefetch: Math.min(options.maxInFlight, MAX_PREFETCH),
      onArrivals: (arrivals) => this.#receive(arrivals),
      onConnection: options.onConnection,
    });
  }

  /** Messages that are not acknowledged yet. */
  get inHand(): number {
    this.#forgetLost();
    return this.#inHand.size;
  }

  /** It takes messages, or will again when it is connected. */
  get isTaking(): boolean {
    return this.#isTaking;
  }

  stop(): Promise<void> {
    this.#isTaking = false;
    return this.#subscription.stop();
  }

  close(): Promise<void> {
    this.#isTaking = false;
    return this.#subscription.close();
  }

  #receive(arrivals: readonly UnansweredDelivery[]): void {
    this.#forgetLost();
    for (const arrival of arrivals) {
      this.#inHand.add(arrival);
      const ack = () => {
        if (this.#inHand.delete(arrival)) arrival.ack(false);
      };
      this.#onMessage({ ...this.#counter.delivery(arrival), ack });
    }
  }

  /** What came on a connection that is lost is in the queue again. */
  #forgetLost(): void {
    for (const arrival of this.#inHand) if (!arrival.isLive) this.#inHand.delete(arrival);
  }
}
