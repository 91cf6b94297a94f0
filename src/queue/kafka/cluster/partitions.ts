import type { KafkaCluster } from './cluster.ts';

/**
 * The error for a partition without a leader. The partition can be neither written nor read until a leader is
 * elected.
 */
export class LeaderlessError extends Error {
  /** Name of the error that a Kafka broker answers for a partition without a leader (Errors.java). */
  readonly type = 'LEADER_NOT_AVAILABLE';

  constructor(partition: number) {
    super(`partition ${partition} has no leader`);
  }
}

/** Returns the sorted ids of all partitions in the metadata, or only of the partitions with a leader. */
export function partitionsOf(cluster: KafkaCluster, topic: string, which: 'all' | 'with-leader'): number[] {
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const chosen = which === 'all' ? metadata : metadata.filter(({ leader }) => leader >= 0);
  return chosen.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
}

/**
 * Returns the id of the broker that leads the partition.
 * @throws LeaderlessError if the partition has no leader
 */
export function leaderOf(cluster: KafkaCluster, topic: string, partition: number): number {
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const leader = metadata.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
  if (leader < 0) throw new LeaderlessError(partition);
  return leader;
}
