import { Partitioners } from 'kafkajs';
import type { OutgoingMessage } from '../../queue.ts';

/** The messages of a batch for one partition, with their indexes in the batch. */
export interface KeyedPart {
  readonly partition: number;
  readonly indexes: number[];
}

const partitioner = Partitioners.DefaultPartitioner();

/**
 * Splits a batch by the partitions of its keys. The partition comes from the murmur2 hash of the key, as in Kafka's own
 * clients. So any client sends the messages of one key to the same partition. Messages without a key go to `unkeyed`.
 * @param partitions number of partitions of the topic
 */
export function partsByKey(
  messages: readonly OutgoingMessage[],
  partitions: number,
  unkeyed: number,
): KeyedPart[] {
  const parts = new Map<number, KeyedPart>();
  for (const [index, { key }] of messages.entries()) {
    const partition = key === null ? unkeyed : partitionOf(key, partitions);
    const part = parts.get(partition) ?? { partition, indexes: [] };
    part.indexes.push(index);
    parts.set(partition, part);
  }
  return [...parts.values()];
}

function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, () => ANY_PARTITION);
  return partitioner({ topic: '', partitionMetadata, message: { key, value: null } });
}

/**
 * A partition as the partitioner expects it. For a message with a key, the partitioner uses only the number of
 * partitions, so the other values are arbitrary.
 */
const ANY_PARTITION = { partitionErrorCode: 0, partitionId: 0, leader: 0, replicas: [], isr: [] };
