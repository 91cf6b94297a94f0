import { Condition, within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Drain, Positions, Reader, ReaderOptions, RunStart } from '../../reader.ts';
import type { ReceivedMessage } from '../requests/answers.ts';
import { AWS_COUNTS_LAG_MS } from '../requests/attributes.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';
import { deliveryOf } from './delivery.ts';
import { Emptiness } from './emptiness.ts';
import { MessageGroups } from './message-groups.ts';
import { Receivers } from './receivers.ts';

const LOOK_AGAIN_MS = 250;
const ATTRIBUTES_TIMEOUT_MS = 5_000;

/** How often a queue is polled, and when it counts as empty. */
export interface ReadingPace {
  /** Number of long polls at the same time. */
  readonly receivers: number;
  /** How long a long poll waits for a message. */
  readonly waitSeconds: number;
  /** The queue counts as empty if its counts are zero and no message arrives for this long. */
  readonly quietMs: number;
}

/** How often qbl polls a queue of AWS. SQS allows long polls of at most 20 s. */
export const AWS_PACE: ReadingPace = { receivers: 8, waitSeconds: 20, quietMs: AWS_COUNTS_LAG_MS };
/**
 * How often qbl polls a queue of an emulator, which is one process and counts exactly. Only few receivers poll at the
 * same time, because ElasticMQ's FIFO queues search all message groups in flight for each message
 * (FifoMessageQueue.scala).
 */
export const STAND_IN_PACE: ReadingPace = {
  receivers: 2,
  waitSeconds: 1,
  quietMs: 2_000,
};

export interface SqsReaderOptions extends Pick<ReaderOptions, 'onDeliveries'> {
  readonly client: QueueClient;
  readonly visibilitySeconds: number;
  readonly pace: ReadingPace;
}

/** Removes all messages from the queue and delivers them. */
export class SqsReader implements Reader {
  readonly start: Positions = new Map();
  readonly #client: QueueClient;
  readonly #onDeliveries: ReaderOptions['onDeliveries'];
  readonly #receivers: Receivers;
  readonly #emptiness: Emptiness;
  readonly #pause = new Condition();
  readonly #groups = new MessageGroups();
  #read = 0;

  constructor({ client, onDeliveries, visibilitySeconds, pace }: SqsReaderOptions) {
    this.#client = client;
    this.#onDeliveries = onDeliveries;
    this.#emptiness = new Emptiness(pace.quietMs);
    this.#receivers = new Receivers({
      client,
      visibilitySeconds,
      count: pace.receivers,
      waitSeconds: pace.waitSeconds,
      onMessages: (messages) => this.#deliver(messages),
    });
  }

  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    const asOfMs = performance.now();
    let reason: string | null = 'there was no time to check whether the queue is empty';
    while (!signal.aborted && performance.now() < deadlineMs) {
      // If the deadline ends an observation early, the result is the reason that the previous observation gave.
      reason = await within(this.#look(asOfMs), deadlineMs - performance.now(), reason, signal);
      this.#receivers.throwIfFailed();
      if (reason === null) return { complete: true, ends: new Map() };
      await this.#pause.wait(Math.min(LOOK_AGAIN_MS, deadlineMs - performance.now()), signal);
    }
    const { trouble } = this.#receivers;
    if (trouble !== null) reason = `${reason}; the latest error: ${trouble}`;
    return { complete: false, reason, ends: null };
  }

  async queueId(): Promise<string | null> {
    return null;
  }

  /**
   * Returns a doubt, because SQS itself removes messages: after the retention period, and after too many deliveries.
   */
  async removedSince(start: RunStart): Promise<Doubt | null> {
    const doubt = (kind: Doubt['kind'], text: string): Doubt => ({ kind, text, prevents: 'absence' });
    try {
      const { deadLetters, retentionMs } = await this.#client.attributes(ATTRIBUTES_TIMEOUT_MS);
      if (deadLetters)
        return doubt(
          'removed-by-retention',
          'the queue moves messages that were delivered too often to a dead-letter queue',
        );
      if (start.kind === 'positions' || Date.now() - start.epochMs < retentionMs) return null;
      return doubt('removed-by-retention', `the queue keeps messages for ${retentionMs / 1_000} s only`);
    } catch (error) {
      return doubt(
        'removal-unknown',
        `qbl cannot tell whether messages were removed: ${describeSqsError(error)}`,
      );
    }
  }

  async close(): Promise<void> {
    await this.#receivers.close();
    this.#client.close();
  }

  /** Observes the queue. Returns null if the queue is empty, or else why it is not known to be empty. */
  async #look(asOfMs: number): Promise<string | null> {
    const atMs = performance.now();
    try {
      const counts = await this.#client.attributes(ATTRIBUTES_TIMEOUT_MS);
      const { lastArrivalMs, held, emptyPolls } = this.#receivers;
      return this.#emptiness.add({ counts, atMs, lastArrivalMs, held, emptyPolls }, asOfMs);
    } catch (error) {
      this.#emptiness.interrupt();
      return `qbl cannot tell whether the queue is empty: ${describeSqsError(error)}`;
    }
  }

  #deliver(messages: readonly ReceivedMessage[]): void {
    const receivedAtMs = performance.timeOrigin + performance.now();
    const deliveries = messages.map((message) => ({
      ...deliveryOf(message, this.#read++, receivedAtMs),
      partition: this.#groups.partitionOf(message),
    }));
    this.#onDeliveries(deliveries);
  }
}
