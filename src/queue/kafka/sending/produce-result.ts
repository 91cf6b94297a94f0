import type { Refusal } from '../../queue.ts';
import { brokerErrorOf, describeKafkaError } from '../errors.ts';

/** What is known after one attempt to store a batch. */
export type ProduceResult =
  | { readonly kind: 'stored'; readonly baseOffset: number }
  /** Definitely not stored; a later attempt may do better. */
  | { readonly kind: 'try-again'; readonly detail: string }
  /** Definitely not stored, and the broker wants nothing more from this producer id. */
  | { readonly kind: 'fenced'; readonly detail: string }
  /** Definitely not stored, and never will be. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  /** These sequence numbers were stored before, by an attempt whose answer was lost. */
  | { readonly kind: 'stored-before' }
  | { readonly kind: 'unknown'; readonly detail: string };

/** Kafka's clients/src/main/java/org/apache/kafka/common/protocol/Errors.java tells what each code means. */
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
 * Answered before anything is appended (ReplicaManager.appendRecords and Partition.appendRecordsToLeader), or of a
 * topic whose log is gone. NOT_LEADER_FOR_PARTITION is not among them: a leader that is deposed while it waits for
 * its replicas answers it too (DelayedProduce.tryComplete), and the next leader may have what was appended.
 */
const NOT_APPENDED: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'CORRUPT_MESSAGE',
  'FENCED_LEADER_EPOCH',
]);

/** The broker lost or replaced what it knew of this producer; ProducerAppendInfo and ProducerStateManager. */
const FENCED: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/**
 * What a Produce request that failed tells about its batch. Only a broker's own answer can be a definite no:
 * time-outs, closed connections and codes that are not in the tables may have been stored.
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

/** What is read here of kafkajs's answer to Produce. */
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

/** Stored only if the answer speaks of exactly the partition that was written to. */
export function judgeProduceResponse(
  response: ProduceAnswer,
  topic: string,
  partition: number,
): ProduceResult {
  const answers = response.topics.filter(({ topicName }) => topicName === topic);
  const answer = answers.flatMap(({ partitions }) => partitions).find((p) => p.partition === partition);
  if (answer?.errorCode !== 0) {
    return { kind: 'unknown', detail: `the answer does not speak of partition ${partition}` };
  }
  return { kind: 'stored', baseOffset: Number(answer.baseOffset) };
}
