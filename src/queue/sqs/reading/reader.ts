import type { Message } from '@aws-sdk/client-sqs';
import { Condition, within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Drain, Positions, Reader, ReaderOptions, RunStart } from '../../queue.ts';
import { AWS_COUNTS_LAG_MS } from '../requests/attributes.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';
import { deliveryOf } from './delivery.ts';
import { Emptiness } from './emptiness.ts';
import { MessageGroups } from './message-groups.ts';
import { Receivers } from './receivers.ts';

const LOOK_AGAIN_MS = 250;
const ATTRIBUTES_TIMEOUT_MS = 5_000;

/** How a service is read, and tells that it is empty. */
export interface ReadingPace {
  /** Polls at the same time. */
  readonly receivers: number;
  /** Of a long poll. */
  readonly waitSeconds: number;
  /** How long the counts have to be zero, and everything quiet, until the queue counts as empty. */
  readonly quietMs: number;
}

/** 20 s is the longest poll there is. */
export const AWS_PACE: ReadingPace = { receivers: 8, waitSeconds: 20, quietMs: AWS_COUNTS_LAG_MS };
/**
 * A stand-in is one process, which counts exactly. ElasticMQ's FIFO queues go through every group in flight for each
 * message (FifoMessageQueue.scala): the more is in flight, the slower they are.
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

/** Takes everything out of the queue. */
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
    let reason: string | null = 'there was no time to ask whether the queue is empty';
    while (!signal.aborted && performance.now() < deadlineMs) {
      // A look that is cut short by the deadline says nothing: what was seen before stands.
      reason = await within(this.#look(asOfMs), deadlineMs - performance.now(), reason, signal);
      this.#receivers.throwIfFailed();
      if (reason === null) return { complete: true, ends: new Map() };
      await this.#pause.wait(Math.min(LOOK_AGAIN_MS, deadlineMs - performance.now()), signal);
    }
    const { trouble } = this.#receivers;
    if (trouble !== null) reason = `${reason}; the last trouble: ${trouble}`;
    return { complete: false, reason, ends: null };
  }

  async queueId(): Promise<string | null> {
    return null;
  }

  /** What the queue itself removes: after the retention period, and after it was handed out too often. */
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

  /** Why the queue is not known to be empty, or null. */
  async #look(asOfMs: number): Promise<string | null> {
    const atMs = performance.now();
    try {
      const counts = await this.#client.attributes(ATTRIBUTES_TIMEOUT_MS);
      const { lastArrivalMs, held, emptyPolls } = this.#receivers;
      return this.#emptiness.add({ counts, atMs, lastArrivalMs, held, emptyPolls }, asOfMs);
    } catch (error) {
      this.#emptiness.interrupt();
      return `whether the queue is empty is not known: ${describeSqsError(error)}`;
    }
  }

  #deliver(messages: readonly Message[]): void {
    const receivedAtMs = performance.timeOrigin + performance.now();
    const deliveries = messages.map((message) => ({
      ...deliveryOf(message, this.#read++, receivedAtMs),
      partition: this.#groups.partitionOf(message),
    }));
    this.#onDeliveries(deliveries);
  }
}
