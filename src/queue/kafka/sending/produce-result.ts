import type { Refusal } from '../../queue.ts';
import { brokerErrorOf, describeKafkaError } from '../errors.ts';

/** What is known after one attempt to store a batch. */
export type ProduceResult =
  | { readonly kind: 'stored'; readonly baseOffset: number }
  /** The batch is definitely not stored. Another attempt may succeed. */
  | { readonly kind: 'try-again'; readonly detail: string }
  /** The batch is definitely not stored, and the broker accepts nothing more from this producer id. */
  | { readonly kind: 'fenced'; readonly detail: string }
  /** The batch is definitely not stored, and no other attempt can succeed. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  /** An earlier attempt with the same sequence numbers was stored, but its answer was lost. */
  | { readonly kind: 'stored-before' }
  | { readonly kind: 'unknown'; readonly detail: string };

/**
 * Kafka's error codes that mean a refusal, with the kind of refusal
 * (clients/src/main/java/org/apache/kafka/common/protocol/Errors.java).
 */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  MESSAGE_TOO_LARGE: 'too-large',
  RECORD_LIST_TOO_LARGE: 'too-large',
  TOPIC_AUTHORIZATION_FAILED: 'not-authorized',
  CLUSTER_AUTHORIZATION_FAILED: 'not-authorized',
  INVALID_RECORD: 'invalid',
  INVALID_TIMESTAMP: 'invalid',
  INVALID_TOPIC_EXCEPTION: 'invalid',
  INVALID_REQUIRED_ACKS: 'invalid',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'invalid',
  UNSUPPORTED_COMPRESSION_TYPE: 'invalid',
  POLICY_VIOLATION: 'invalid',
};

/**
 * Error codes that prove that nothing was appended. A broker answers them before it appends
 * (ReplicaManager.appendRecords, Partition.appendRecordsToLeader), or because the topic's log is gone.
 * NOT_LEADER_FOR_PARTITION is not in this list. A leader also answers this code when it loses its role while it waits
 * for replicas (DelayedProduce.tryComplete). The next leader may then have the records.
 */
const NOT_APPENDED: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'CORRUPT_MESSAGE',
  'FENCED_LEADER_EPOCH',
]);

/**
 * Error codes after which the broker no longer knows this producer's sequence numbers (ProducerAppendInfo,
 * ProducerStateManager).
 */
const FENCED: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/**
 * Decides the outcome of a batch whose Produce request failed. Only a broker's own answer can be a definite refusal.
 * After a timeout, a closed connection or an unknown error code, the batch may have been stored.
 */
export function judgeProduceError(error: unknown): ProduceResult {
  const type = brokerErrorOf(error);
  const detail = describeKafkaError(error);
  if (type === null) return { kind: 'unknown', detail };
  const reason = REFUSALS[type];
  if (reason !== undefined) return { kind: 'refused', reason, detail };
  if (NOT_APPENDED.has(type)) return { kind: 'try-again', detail };
  if (FENCED.has(type)) return { kind: 'fenced', detail };
  if (type === 'DUPLICATE_SEQUENCE_NUMBER') return { kind: 'stored-before' };
  return { kind: 'unknown', detail };
}

/** The part of kafkajs's answer to Produce that qbl reads. */
export interface ProduceAnswer {
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly baseOffset: string;
    }[];
  }[];
}

/**
 * Decides the outcome of an answered Produce request. The batch counts as stored only if the answer names exactly its
 * partition.
 */
export function judgeProduceResponse(
  response: ProduceAnswer,
  topic: string,
  partition: number,
): ProduceResult {
  const answers = response.topics.filter(({ topicName }) => topicName === topic);
  const answer = answers.flatMap(({ partitions }) => partitions).find((p) => p.partition === partition);
  if (answer?.errorCode !== 0) {
    return { kind: 'unknown', detail: `the answer does not mention partition ${partition}` };
  }
  return { kind: 'stored', baseOffset: Number(answer.baseOffset) };
}
