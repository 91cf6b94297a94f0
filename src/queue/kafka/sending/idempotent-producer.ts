import { CompressionTypes, type Message } from 'kafkajs';
import type { KafkaLink, ProducingBroker } from './link.ts';
import {
  judgeProduceError,
  judgeProduceResponse,
  type ProduceAnswer,
  type ProduceResult,
} from './produce-result.ts';
import type { ProducerBatch } from './producer-batch.ts';

/** How long the leader may wait for its replicas. It is less than the client's request timeout. */
const REPLICATION_TIMEOUT_MS = 4_000;
const ALL_IN_SYNC_REPLICAS = -1;
const TRANSACTION_TIMEOUT_MS = 60_000;
const MAX_SEQUENCE = 2 ** 31 - 1;

interface ProducerId {
  readonly id: number;
  readonly epoch: number;
}

/**
 * Sends one attempt at a time with a producer id and sequence numbers (KIP-98). A repeated attempt has the same
 * numbers, so the broker does not store a batch twice. kafkajs's own producer is not used: if it cannot reconnect, it
 * reports the error of the reconnection, and not the error of the attempt. Then qbl would not know whether the attempt
 * may have been stored.
 */
export class IdempotentProducer {
  readonly #link: KafkaLink;
  readonly #topic: string;
  #producer: ProducerId | null = null;
  /** How many connections the link had started when the producer id was requested. */
  #generation = 0;
  /** The next sequence number of each partition. */
  readonly #sequences = new Map<number, number>();

  constructor(link: KafkaLink, topic: string) {
    this.#link = link;
    this.#topic = topic;
  }

  /** Requests a new producer id before the next batch. Called when the next sequence number is not known. */
  renew(): void {
    this.#producer = null;
  }

  /** Moves to the next sequence numbers after a batch was acknowledged. */
  advance(partition: number, count: number): void {
    this.#sequences.set(partition, this.#sequenceOf(partition) + count);
  }

  /** Sends one attempt. If the attempt may have been stored, records that in the batch. */
  async attempt(batch: ProducerBatch, partition: number, messages: Message[]): Promise<ProduceResult> {
    let leader: ProducingBroker;
    let producer: ProducerId;
    try {
      leader = await this.#link.leaderOf(partition);
      if (batch.doubt === null) this.#renewAfterReconnection();
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
      const response: ProduceAnswer = await leader.produce({
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
   * Requests a new producer id after a reconnection. A broker that lost its data assigns the same ids again.
   * It could treat a batch of this producer as a repeat of another producer's batch. A batch that may have
   * been stored keeps its id, because with another id it could be stored twice.
   */
  #renewAfterReconnection(): void {
    if (this.#generation !== this.#link.generation) this.renew();
  }

  /**
   * Returns the producer id. Requests a new one at the start, after `renew`, and before the sequence numbers run out.
   */
  async #producerFor(broker: ProducingBroker, partition: number, count: number): Promise<ProducerId> {
    const exhausted = this.#sequenceOf(partition) + count > MAX_SEQUENCE;
    if (this.#producer !== null && !exhausted) return this.#producer;
    this.#generation = this.#link.generation;
    const granted = await broker.initProducerId({ transactionTimeout: TRANSACTION_TIMEOUT_MS });
    this.#producer = { id: Number(granted.producerId), epoch: granted.producerEpoch };
    this.#sequences.clear();
    return this.#producer;
  }

  #sequenceOf(partition: number): number {
    return this.#sequences.get(partition) ?? 0;
  }
}

/**
 * Converts an error that happened before the batch was written. Nothing was sent, so the batch is certainly
 * not stored.
 */
function notHandedOver(result: ProduceResult): ProduceResult {
  if (result.kind === 'refused') return result;
  return { kind: 'try-again', detail: 'detail' in result ? result.detail : 'not sent' };
}
