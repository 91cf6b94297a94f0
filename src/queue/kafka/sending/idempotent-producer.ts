import { CompressionTypes, type Message } from 'kafkajs';
import type { KafkaLink, ProducingBroker } from './link.ts';
import {
  judgeProduceError,
  judgeProduceResponse,
  type ProduceAnswer,
  type ProduceResult,
} from './produce-result.ts';
import type { ProducerBatch } from './producer-batch.ts';

/** How long the leader may wait for its replicas; less than the client's request time-out. */
const REPLICATION_TIMEOUT_MS = 4_000;
const ALL_IN_SYNC_REPLICAS = -1;
const TRANSACTION_TIMEOUT_MS = 60_000;
const MAX_SEQUENCE = 2 ** 31 - 1;

interface ProducerId {
  readonly id: number;
  readonly epoch: number;
}

/**
 * One attempt at a time under a producer id and sequence numbers (KIP-98), which stay the same until the batch is
 * acked or given up: the broker drops what it has stored already. kafkajs's own producer is not used: it replaces
 * the error of an attempt by that of the reconnection after it, and then nobody knows whether the attempt may
 * have been stored.
 */
export class IdempotentProducer {
  readonly #link: KafkaLink;
  readonly #topic: string;
  #producer: ProducerId | null = null;
  /** The link's, when the producer id was asked for. */
  #generation = 0;
  /** The next sequence number, by partition. */
  readonly #sequences = new Map<number, number>();

  constructor(link: KafkaLink, topic: string) {
    this.#link = link;
    this.#topic = topic;
  }

  /** Nobody knows which sequence number comes next: go on under a new producer id. */
  renew(): void {
    this.#producer = null;
  }

  /** The batch was acked: its sequence numbers are used. */
  advance(partition: number, count: number): void {
    this.#sequences.set(partition, this.#sequenceOf(partition) + count);
  }

  /** Notes in the batch when an attempt leaves it in doubt. */
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
   * A broker that lost its data gives out the same producer ids anew, to others too, and would take our batch for a
   * repeat of theirs. A batch in doubt keeps its id: under another one it could be stored twice.
   */
  #renewAfterReconnection(): void {
    if (this.#generation !== this.#link.generation) this.renew();
  }

  /** A new producer id at the start, after doubt, and before the sequence numbers run out. */
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

/** Nothing was written yet, so whatever went wrong is a definite no. */
function notHandedOver(result: ProduceResult): ProduceResult {
  if (result.kind === 'refused') return result;
  return { kind: 'try-again', detail: 'detail' in result ? result.detail : 'not sent' };
}
