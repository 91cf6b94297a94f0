import { setTimeout as sleep } from 'node:timers/promises';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { within } from '../../condition.ts';
import type { OutgoingMessage, Sender, SenderOptions, SendOutcome } from '../../queue.ts';
import { sqsFailureOf } from '../requests/errors.ts';
import { MAX_BATCH_ENTRIES, type QueueClient } from '../requests/queue-client.ts';
import { readAnswer } from './batch-answer.ts';
import { SqsLink } from './link.ts';
import { type AttemptResult, type BatchEntry, OutgoingBatch } from './outgoing-batch.ts';

/** Maximum number of requests that are open at the same time. */
export const MAX_IN_FLIGHT = 16;
/**
 * Limit for all bodies in one request. If the queue accepts a larger body, that size is the limit. SQS's
 * limit for a request and for a body was once 256 KiB, and is 1 MiB today (SQS API reference,
 * SendMessageBatch).
 */
const MIN_BATCH_BYTES = 256 * 1024;
/** An attempt ends after this time, so that a second attempt is possible before a deadline of 10 s. */
const RESEND_AFTER_MS = 5_000;
/**
 * Messages are sent again only within this time. It is less than the five minutes in which a FIFO queue recognizes a
 * repeated message.
 */
const RESEND_WITHIN_MS = 4 * 60_000;
const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 500;
/**
 * If less time than this is left, qbl does not send again. An attempt that ends too early would turn a
 * definite refusal into an unknown outcome.
 */
const MIN_RESEND_MS = 500;

/**
 * Sends several batches at the same time. If messages have keys, sends one batch at a time, which keeps each key's
 * order.
 */
export class SqsSender implements Sender {
  readonly maxBatchMessages = MAX_BATCH_ENTRIES;
  readonly maxInFlight: number;
  readonly #client: QueueClient;
  readonly #fifo: boolean;
  readonly #link: SqsLink;
  readonly #running = new Set<Promise<void>>();

  constructor(client: QueueClient, fifo: boolean, { keyed, onConnection }: SenderOptions) {
    this.maxInFlight = keyed ? 1 : MAX_IN_FLIGHT;
    this.#client = client;
    this.#fifo = fifo;
    this.#link = new SqsLink(client, onConnection);
  }

  get connected(): boolean {
    return this.#link.state.kind === 'connected';
  }

  get maxMessageBytes(): number {
    return this.#link.attributes?.maxMessageBytes ?? MIN_BATCH_BYTES;
  }

  get maxBatchBytes(): number {
    return Math.max(this.maxMessageBytes, MIN_BATCH_BYTES);
  }

  async send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const batch = new OutgoingBatch(messages, { fifo: this.#fifo, maxMessageBytes: this.maxMessageBytes });
    const run = this.#deliver(batch, deadlineMs).finally(() => this.#running.delete(run));
    this.#running.add(run);
    await within(run, deadlineMs - performance.now(), undefined);
    return batch.outcomes();
  }

  /** Waits for the open requests, then closes the connection. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#link.close();
  }

  async #deliver(batch: OutgoingBatch, deadlineMs: number): Promise<void> {
    const endMs = Math.min(deadlineMs, performance.now() + RESEND_WITHIN_MS);
    let backoffMs = FIRST_BACKOFF_MS;
    while (true) {
      const { open } = batch;
      for (let from = 0; from < open.length; from += MAX_BATCH_ENTRIES) {
        await this.#attempt(batch, open.slice(from, from + MAX_BATCH_ENTRIES), endMs);
      }
      batch.giveUpOvertaken();
      if (batch.open.length === 0) return;
      this.#link.suspect();
      if (endMs - performance.now() < backoffMs + MIN_RESEND_MS) return;
      await sleep(backoffMs);
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    }
  }

  /**
   * Sends messages in one request. If SQS refuses the whole request as too large, each half is sent alone.
   * This goes on until only the message that is too large fails.
   */
  async #attempt(batch: OutgoingBatch, entries: readonly BatchEntry[], endMs: number): Promise<void> {
    batch.begin(entries);
    const results = await this.#request(entries, endMs);
    if (Array.isArray(results)) {
      entries.forEach((entry, index) => {
        batch.note(entry, results[index] ?? { kind: 'unknown', detail: 'no outcome' });
      });
    } else if (entries.length > 1 && isOfOneMessage(results)) {
      const middle = entries.length >> 1;
      await this.#attempt(batch, entries.slice(0, middle), endMs);
      await this.#attempt(batch, entries.slice(middle), endMs);
    } else {
      for (const entry of entries) batch.note(entry, results);
    }
  }

  /** Returns the result of each message, or one result for all messages. */
  async #request(entries: readonly BatchEntry[], endMs: number): Promise<AttemptResult[] | AttemptResult> {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return { kind: 'try-again', detail: 'not sent before the deadline' };
    try {
      const timeoutMs = this.#fifo ? Math.min(leftMs, RESEND_AFTER_MS) : leftMs;
      const answer = await this.#client.sendBatch(entries.map(requestEntry), timeoutMs);
      const bodies = entries.map(({ body }) => body);
      return readAnswer(answer, bodies);
    } catch (error) {
      return sqsFailureOf(error);
    }
  }
}

function requestEntry({ body, attributes, fifo }: BatchEntry, index: number): SendMessageBatchRequestEntry {
  const entry = {
    ...{ Id: String(index), MessageBody: body },
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  };
  if (fifo === null) return entry;
  return { ...entry, MessageDeduplicationId: fifo.deduplicationId, MessageGroupId: fifo.groupId };
}

function isOfOneMessage(result: AttemptResult): boolean {
  return result.kind === 'refused' && (result.reason === 'too-large' || result.reason === 'invalid');
}
