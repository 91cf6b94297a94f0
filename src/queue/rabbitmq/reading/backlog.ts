import type { BacklogWatch } from '../../queue.ts';
import type { QueueCount } from '../connection/topology.ts';
import type { RabbitmqConsumer } from './consumer.ts';
import type { QueueCounter } from './queue-counter.ts';

export interface RabbitmqBacklogOptions {
  readonly counter: QueueCounter;
  /** The consumers of this process. AMQP does not report the unacknowledged messages of other processes. */
  readonly consumers: ReadonlySet<RabbitmqConsumer>;
}

export class RabbitmqBacklog implements BacklogWatch {
  readonly lagMs = 0;
  readonly #options: RabbitmqBacklogOptions;

  constructor(options: RabbitmqBacklogOptions) {
    this.#options = options;
  }

  async read(): Promise<number | null> {
    try {
      return this.#backlog(await this.#options.counter.count());
    } catch {
      return null;
    }
  }

  close(): Promise<void> {
    return this.#options.counter.close();
  }

  /**
   * Returns the number of waiting messages. Null if the queue reports no consumer although this process has one,
   * because RabbitMQ then did not really count (see QueueCount).
   */
  #backlog({ messageCount, consumerCount }: QueueCount): number | null {
    const consumers = [...this.#options.consumers];
    if (messageCount === 0 && consumerCount === 0 && consumers.some(({ isTaking }) => isTaking)) return null;
    return messageCount + consumers.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }
}
