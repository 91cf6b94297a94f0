import type { Consumer, ConsumerOptions } from '../../queue.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

/** basic.qos has a 16-bit count. */
const MAX_PREFETCH = 65_535;

/** Consumes a queue like a service, beside other consumers. Acknowledges each message on its own. */
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

  /** Number of unacknowledged messages. */
  get inFlight(): number {
    this.#forgetLost();
    return this.#inFlight.size;
  }

  /** Whether it consumes now, or will do so after a reconnection. */
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

  /** When a connection is lost, its unacknowledged messages return to the queue. */
  #forgetLost(): void {
    for (const arrival of this.#inFlight) if (!arrival.isLive) this.#inFlight.delete(arrival);
  }
}
