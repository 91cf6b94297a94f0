import type { Consumer, ConsumerOptions } from '../../queue.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

/** Maximum prefetch count. In AMQP's basic.qos, the prefetch count has 16 bits. */
const MAX_PREFETCH = 65_535;

/** Consumes a queue as a service does, together with other consumers. Acknowledges each message separately. */
export class RabbitmqConsumer implements Consumer {
  readonly #onMessage: ConsumerOptions['onMessage'];
  readonly #subscription: Subscription;
  readonly #counter = new DeliveryCounter();
  readonly #inFlight = new Set<UnansweredDelivery>();
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

  get inFlight(): number {
    this.#forgetLost();
    return this.#inFlight.size;
  }

  /** Whether this consumer takes messages now, or will do so after a reconnection. */
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
      this.#inFlight.add(arrival);
      const ack = () => {
        if (this.#inFlight.delete(arrival)) arrival.ack(false);
      };
      this.#onMessage({ ...this.#counter.delivery(arrival), ack });
    }
  }

  /** Forgets unacknowledged messages of a lost connection, because they return to the queue. */
  #forgetLost(): void {
    for (const arrival of this.#inFlight) if (!arrival.isLive) this.#inFlight.delete(arrival);
  }
}
