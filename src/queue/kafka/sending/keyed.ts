import { Partitioners } from 'kafkajs';
import type { OutgoingMessage } from '../../queue.ts';

/** The messages of a batch that go to one partition, with their places in the batch. */
export interface KeyedPart {
  readonly partition: number;
  readonly indexes: number[];
}

const partitioner = Partitioners.DefaultPartitioner();

/**
 * Splits a batch by the partitions of its keys, as Kafka's own clients choose them (murmur2 of the key), so that
 * their messages of one key meet ours. Messages without a key go to `unkeyed`.
 * @param partitions how many the topic has
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

/** With a key the partitioner looks at the number of partitions alone. */
const ANY_PARTITION = { partitionErrorCode: 0, partitionId: 0, leader: 0, replicas: [], isr: [] };
