import type { CountAges, CountsAnswer, CountsWatch, Unacknowledged } from '../../watching/counts-watch.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { MANAGEMENT_AGE_MS, type ManagementApi } from '../connection/management.ts';
import type { QueueCounter } from './queue-counter.ts';

const CONNECT_WITHIN_MS = 10_000;
const NOT_REPORTED: Unacknowledged = {
  kind: 'unknown',
  reason:
    'AMQP does not report unacknowledged messages: set management.url in the file of --queue-config, or QBL_AMQP_MANAGEMENT_URL',
};

/**
 * Observes the counts of a queue. AMQP reports the ready messages and the consumers. Only the management API
 * reports the unacknowledged messages, some seconds late. So qbl never adds the two numbers: a message that
 * was delivered in these seconds would count twice, or not at all.
 */
export class RabbitmqCountsWatch implements CountsWatch {
  readonly ages: CountAges;
  readonly #counter: QueueCounter;
  /** The management API. Null if the user gave no URL for it. */
  readonly #management: ManagementApi | null;

  constructor(counter: QueueCounter, management: ManagementApi | null) {
    this.#counter = counter;
    this.#management = management;
    this.ages = { readyMs: 0, unacknowledgedMs: management === null ? null : MANAGEMENT_AGE_MS };
  }

  /**
   * Connects, and requests the counts of the queue once. A missing permission is then reported before anything is sent.
   * @throws Error if the queue or the management API does not answer
   */
  async begin(): Promise<void> {
    await this.#counter.connected(CONNECT_WITHIN_MS);
    await this.#counter.count();
    await this.#management?.unacknowledged();
  }

  async read(): Promise<CountsAnswer> {
    try {
      const [{ messageCount, consumerCount }, unacknowledged] = await Promise.all([
        this.#counter.count(),
        this.#unacknowledged(),
      ]);
      return { kind: 'observed', ready: messageCount, unacknowledged, consumers: consumerCount };
    } catch (error) {
      return { kind: 'unanswered', reason: describeRabbitmqError(error) };
    }
  }

  close(): Promise<void> {
    return this.#counter.close();
  }

  async #unacknowledged(): Promise<Unacknowledged> {
    if (this.#management === null) return NOT_REPORTED;
    try {
      const messages = await this.#management.unacknowledged();
      if (messages === null)
        return { kind: 'unknown', reason: 'the management API has no figures of the queue yet' };
      return { kind: 'counted', messages };
    } catch (error) {
      return { kind: 'unknown', reason: describeRabbitmqError(error) };
    }
  }
}
