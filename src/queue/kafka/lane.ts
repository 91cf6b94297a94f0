import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, type Message } from 'kafkajs';
import type { SendOutcome } from '../queue.ts';
import type { Link, ProducingBroker } from './link.ts';
import {
  judgeProduceError,
  judgeProduceResponse,
  type ProduceResponse,
  type ProduceResult,
} from './produce-result.ts';
import type { ProducerBatch } from './producer-batch.ts';

const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 500;
/** How long the leader may wait for its replicas; less than the client's request time-out. */
const REPLICATION_TIMEOUT_MS = 4_000;
const ALL_IN_SYNC_REPLICAS = -1;
const TRANSACTION_TIMEOUT_MS = 60_000;
const MAX_SEQUENCE = 2 ** 31 - 1;

interface ProducerId {
  readonly id: number;
  readonly epoch: number;
}

/** What became of one part of a batch; `baseOffset` is null where the broker knew the part already. */
type PartResult =
  | { readonly kind: 'acked'; readonly baseOffset: number | null }
  | Exclude<SendOutcome, { kind: 'acked' }>;

/**
 * An idempotent producer (KIP-98) with one request outstanding. A batch goes to one partition under sequence
 * numbers that do not change from attempt to attempt, so the broker drops what it has stored already. kafkajs's
 * own producer is not used: it replaces the error of an attempt by that of the reconnection after it, and
 * then nobody knows whether the attempt may have been stored.
 */
export class Lane {
  readonly #link: Link;
  readonly #topic: string;
  #producer: ProducerId | null = null;
  /** The link's, when the producer id was last known to be good. */
  #generation = 0;
  /** The next sequence number, by partition. */
  readonly #sequences = new Map<number, number>();

  constructor(link: Link, topic: string) {
    this.#link = link;
    this.#topic = topic;
  }

  /** Sends until everything is settled or the deadline has come and the last attempt is over. */
  send(batch: ProducerBatch, partition: number): Promise<void> {
    this.#forgetOldProducer();
    return this.#sendPart(batch, partition, 0, batch.messages.length);
  }

  /** A part that is refused as too large is halved, so that in the end only the message at fault fails. */
  async #sendPart(batch: ProducerBatch, partition: number, from: number, to: number): Promise<void> {
    const result = await this.#store(batch, partition, batch.messages.slice(from, to));
    if (result.kind === 'refused' && result.reason === 'too-large' && to - from > 1) {
      const middle = (from + to) >> 1;
      await this.#sendPart(batch, partition, from, middle);
      await this.#sendPart(batch, partition, middle, to);
      return;
    }
    for (let index = from; index < to; index++) {
      batch.settle(index, outcomeOf(result, partition, index - from));
    }
  }

  /** Attempts until one is decisive. Once an attempt may have been stored, a later refusal proves nothing. */
  async #store(batch: ProducerBatch, partition: number, messages: Message[]): Promise<PartResult> {
    batch.doubt = null;
    for (
      let backoffMs = FIRST_BACKOFF_MS;
      !batch.expired;
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)
    ) {
      const result = await this.#attempt(batch, partition, messages);
      switch (result.kind) {
        case 'stored':
          return this.#acked(partition, messages.length, result.baseOffset);
        case 'stored-before':
          if (batch.doubt !== null) return this.#acked(partition, messages.length, null);
          return this.#unknown('the broker took the batch for a repeat');
        case 'refused':
          return batch.doubt === null ? result : this.#unknown(batch.doubt);
        case 'fenced':
          if (batch.doubt !== null) return this.#unknown(batch.doubt);
          this.#producer = null;
          batch.obstacle = result.detail;
          break;
        case 'try-again':
          batch.obstacle = result.detail;
          break;
        case 'unknown':
          break;
      }
      await sleep(Math.max(0, Math.min(backoffMs, batch.deadlineMs - performance.now())));
    }
    if (batch.doubt !== null) return this.#unknown(batch.doubt);
    return { kind: 'refused', reason: 'unavailable', detail: batch.obstacle };
  }

  #acked(partition: number, count: number, baseOffset: number | null): PartResult {
    this.#sequences.set(partition, this.#sequenceOf(partition) + count);
    return { kind: 'acked', baseOffset };
  }

  /** Nobody knows which sequence number comes next: the next batch gets a new producer id. */
  #unknown(detail: string): PartResult {
    this.#producer = null;
    return { kind: 'unknown', detail };
  }

  async #attempt(batch: ProducerBatch, partition: number, messages: Message[]): Promise<ProduceResult> {
    let leader: ProducingBroker;
    let producer: ProducerId;
    try {
      leader = await this.#link.leaderOf(partition);
      producer = await this.#producerFor(leader, partition, messages.length);
    } catch (error) {
      this.#link.suspect(error);
      return notHandedOver(judgeProduceError(error));
    }
    if (batch.expired) return { kind: 'try-again', detail: batch.obstacle };
    const doubt = batch.doubt;
    batch.doubt ??= 'no answer before the deadline';
    const result = await this.#produce(leader, producer, partition, messages);
    batch.doubt = result.kind === 'unknown' ? (doubt ?? result.detail) : doubt;
    return result;
  }

  async #produce(
    leader: ProducingBroker,
    producer: ProducerId,
    partition: number,
    messages: Message[],
  ): Promise<ProduceResult> {
    const firstSequence = this.#sequenceOf(partition);
    try {
      const response: ProduceResponse = await leader.produce({
        topicData: [{ topic: this.#topic, partitions: [{ partition, firstSequence, messages }] }],
        producerId: producer.id,
        producerEpoch: producer.epoch,
        acks: ALL_IN_SYNC_REPLICAS,
        timeout: REPLICATION_TIMEOUT_MS,
        compression: CompressionTypes.None,
      });
      return judgeProduceResponse(response, this.#topic, partition);
    } catch (error) {
      this.#link.suspect(error);
      return judgeProduceError(error);
    }
  }

  /**
   * A broker that lost its data gives out the same producer ids anew, to others too, and would take our next
   * batch for a repeat of theirs. Only between batches: the attempts of one batch need one producer id.
   */
  #forgetOldProducer(): void {
    if (this.#generation !== this.#link.generation) this.#producer = null;
    this.#generation = this.#link.generation;
  }

  /** The producer id, a new one at the start, after doubt, and before the sequence numbers run out. */
  async #producerFor(broker: ProducingBroker, partition: number, count: number): Promise<ProducerId> {
    const exhausted = this.#sequenceOf(partition) + count > MAX_SEQUENCE;
    if (this.#producer !== null && !exhausted) return this.#producer;
    const granted = await broker.initProducerId({ transactionTimeout: TRANSACTION_TIMEOUT_MS });
    this.#producer = { id: Number(granted.producerId), epoch: granted.producerEpoch };
    this.#sequences.clear();
    return this.#producer;
  }

  #sequenceOf(partition: number): number {
    return this.#sequences.get(partition) ?? 0;
  }
}

/** Nothing was written yet, so whatever went wrong is a definite no. */
function notHandedOver(result: ProduceResult): ProduceResult {
  if (result.kind === 'refused') return result;
  return { kind: 'try-again', detail: 'detail' in result ? result.detail : 'not sent' };
}

function outcomeOf(result: PartResult, partition: number, index: number): SendOutcome {
  if (result.kind !== 'acked') return result;
  if (result.baseOffset === null) return { kind: 'acked', place: null };
  return { kind: 'acked', place: { partition, offset: result.baseOffset + index } };
}
