import type { KafkaCluster } from './cluster.ts';

/** The partition has no leader: nothing can be written or read until an election. */
export class LeaderlessError extends Error {
  /** The broker's name for this error (Errors.java). */
  readonly type = 'LEADER_NOT_AVAILABLE';

  constructor(partition: number) {
    super(`partition ${partition} has no leader`);
  }
}

/** Sorted ids of all partitions in the metadata, or only of those with a leader. */
export function partitionsOf(cluster: KafkaCluster, topic: string, which: 'all' | 'with-leader'): number[] {
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const chosen = which === 'all' ? metadata : metadata.filter(({ leader }) => leader >= 0);
  return chosen.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
}

/**
 * The id of the partition's leader.
 * @throws LeaderlessError if there is none
 */
export function leaderOf(cluster: KafkaCluster, topic: string, partition: number): number {
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const leader = metadata.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
  if (leader < 0) throw new LeaderlessError(partition);
  return leader;
}
