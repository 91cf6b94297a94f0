import type { KafkaCluster } from './cluster.ts';

/** Nobody can write to the partition or read from it before an election gives it a leader. */
export class LeaderlessError extends Error {
  /** As a broker would call it (Errors.java). */
  readonly type = 'LEADER_NOT_AVAILABLE';

  constructor(partition: number) {
    super(`partition ${partition} has no leader`);
  }
}

/** The ids of all partitions in the metadata, or only of those that have a leader; in order. */
export function partitionsOf(cluster: KafkaCluster, topic: string, which: 'all' | 'with-leader'): number[] {
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const chosen = which === 'all' ? metadata : metadata.filter(({ leader }) => leader >= 0);
  return chosen.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
}

/**
 * The node that leads a partition.
 * @throws LeaderlessError when none does
 */
export function leaderOf(cluster: KafkaCluster, topic: string, partition: number): number {
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const leader = metadata.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
  if (leader < 0) throw new LeaderlessError(partition);
  return leader;
}
