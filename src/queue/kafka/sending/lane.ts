import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import type { SendOutcome } from '../../queue.ts';
import { IdempotentProducer } from './idempotent-producer.ts';
import type { KafkaLink } from './link.ts';
import type { ProducerBatch } from './producer-batch.ts';

const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 500;

/** Outcome of one part of a batch. `baseOffset` is null if the broker answered that it had already stored the part. */
type PartResult =
  | { readonly kind: 'acked'; readonly baseOffset: number | null }
  | Exclude<SendOutcome, { kind: 'acked' }>;

/**
 * What to do with a batch whose partition has no leader, if no attempt can have stored the batch. `move`: give the batch
 * back if another partition has a leader, otherwise wait for a leader. `refuse`: refuse the batch, for a sender whose
 * keys determine the partition, and that must not delay other messages.
 */
export type WhenLeaderless = 'move' | 'refuse';

/** `leaderless`: no message of the batch was stored, and the batch can be sent to another partition. */
export type LaneEnd = 'settled' | 'leaderless';

/**
 * Sends one batch at a time to one partition. Repeats attempts until the outcome of the batch is known, or
 * until the deadline has passed.
 */
export class Lane {
  readonly #link: KafkaLink;
  readonly #whenLeaderless: WhenLeaderless;
  readonly #producer: IdempotentProducer;

  constructor(link: KafkaLink, topic: string, whenLeaderless: WhenLeaderless) {
    this.#link = link;
    this.#whenLeaderless = whenLeaderless;
    this.#producer = new IdempotentProducer(link, topic);
  }

  /**
   * Sends the batch. Resolves when every message has its outcome, or when the deadline has passed and the last attempt
   * has ended. With `move`, also resolves when the partition has no leader.
   */
  send(batch: ProducerBatch, partition: number): Promise<LaneEnd> {
    return this.#sendPart(batch, partition, 0, batch.messages.length);
  }

  /**
   * Sends a part of a batch. If the broker refuses the part as too large, each half is sent alone. This goes
   * on until only the message that is too large fails.
   */
  async #sendPart(batch: ProducerBatch, partition: number, from: number, to: number): Promise<LaneEnd> {
    batch.beginPart();
    const result = await this.#store(batch, partition, batch.messages.slice(from, to));
    if (result.kind === 'leaderless') return 'leaderless';
    if (result.kind === 'refused' && result.reason === 'too-large' && to - from > 1) {
      const middle = (from + to) >> 1;
      await this.#sendPart(batch, partition, from, middle);
      await this.#sendPart(batch, partition, middle, to);
      return 'settled';
    }
    for (let index = from; index < to; index++) {
      batch.settle(index, outcomeOf(result, partition, index - from));
    }
    return 'settled';
  }

  /**
   * Repeats attempts to store a part. If an earlier attempt may have been stored, the refusal of a later
   * attempt does not prove that the part is not stored.
   */
  async #store(
    batch: ProducerBatch,
    partition: number,
    messages: Message[],
  ): Promise<PartResult | { readonly kind: 'leaderless' }> {
    // Only a whole batch may move to another partition. If only a part is sent, other parts may have their outcome
    // already.
    const isWhole = messages.length === batch.messages.length;
    for (
      let backoffMs = FIRST_BACKOFF_MS;
      !batch.expired;
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)
    ) {
      if (batch.doubt === null && this.#isLeaderless(partition)) {
        if (this.#whenLeaderless === 'refuse')
          return { kind: 'refused', reason: 'unavailable', detail: `partition ${partition} has no leader` };
        if (isWhole && this.#link.partitions('with-leader').length > 0) return { kind: 'leaderless' };
      }
      const result = await this.#producer.attempt(batch, partition, messages);
      switch (result.kind) {
        case 'stored':
          return this.#acked(partition, messages.length, result.baseOffset);
        case 'stored-before':
          if (batch.doubt !== null) return this.#acked(partition, messages.length, null);
          return this.#unknown(
            'the broker answered that it already has the batch, although no earlier attempt can have stored it',
          );
        case 'refused':
          return batch.doubt === null ? result : this.#unknown(batch.doubt);
        case 'fenced':
          if (batch.doubt !== null) return this.#unknown(batch.doubt);
          this.#producer.renew();
          batch.obstacle = result.detail;
          break;
        case 'try-again':
          batch.obstacle = result.detail;
          break;
        case 'unknown':
          break;
      }
      // Starts no attempt at the deadline, because such an attempt could only turn a known outcome into an
      // unknown one.
      if (performance.now() + backoffMs >= batch.deadlineMs) break;
      await sleep(backoffMs);
    }
    if (batch.doubt !== null) return this.#unknown(batch.doubt);
    return { kind: 'refused', reason: 'unavailable', detail: batch.obstacle };
  }

  #isLeaderless(partition: number): boolean {
    return !this.#link.partitions('with-leader').includes(partition);
  }

  #acked(partition: number, count: number, baseOffset: number | null): PartResult {
    this.#producer.advance(partition, count);
    return { kind: 'acked', baseOffset };
  }

  #unknown(detail: string): PartResult {
    this.#producer.renew();
    return { kind: 'unknown', detail };
  }
}

function outcomeOf(result: PartResult, partition: number, index: number): SendOutcome {
  if (result.kind !== 'acked') return result;
  if (result.baseOffset === null) return { kind: 'acked', place: null };
  return { kind: 'acked', place: { partition, offset: result.baseOffset + index } };
}
