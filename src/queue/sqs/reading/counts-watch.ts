import type { CountAges, CountsAnswer, CountsWatch } from '../../watching/counts-watch.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';

const REQUEST_TIMEOUT_MS = 5_000;

/** Observes the counts of a queue. SQS calls its counts approximate, and does not report consumers. */
export class SqsCountsWatch implements CountsWatch {
  readonly ages: CountAges;
  readonly #client: QueueClient;

  /**
   * Creates a watch of one queue.
   * @param ageMs how old the counts can be
   */
  constructor(client: QueueClient, ageMs: number) {
    this.#client = client;
    this.ages = { readyMs: ageMs, unacknowledgedMs: ageMs };
  }

  async read(): Promise<CountsAnswer> {
    try {
      const { visible, delayed, notVisible } = await this.#client.attributes(REQUEST_TIMEOUT_MS);
      return {
        kind: 'observed',
        ready: visible + delayed,
        unacknowledged: { kind: 'counted', messages: notVisible },
        consumers: null,
      };
    } catch (error) {
      return { kind: 'unanswered', reason: describeSqsError(error) };
    }
  }

  async close(): Promise<void> {
    this.#client.close();
  }
}
