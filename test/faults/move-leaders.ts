import { withAdmin } from '../services/topics.ts';
import { until } from '../support/until.ts';
import type { FaultCluster } from './fault-cluster.ts';

type Partitions = Awaited<ReturnType<FaultCluster['partitionsOf']>>;

/** Moves each partition away from its leader by reassignment (KIP-455). Then restores all its replicas. */
export async function moveLeaders(cluster: FaultCluster, topic: string): Promise<void> {
  const before = await cluster.partitionsOf(topic);
  const leaders = new Map(before.map(({ partitionId, leader }) => [partitionId, leader]));
  await reassign(cluster, topic, before, ({ replicas, leader }) => replicas.filter((id) => id !== leader));
  await until(`leaders of ${topic} that moved`, async () =>
    (await cluster.partitionsOf(topic)).every(
      ({ partitionId, leader }) => leader > 0 && leader !== leaders.get(partitionId),
    ),
  );
  await reassign(cluster, topic, before, ({ replicas }) => replicas);
  await cluster.untilInSync([topic]);
}

async function reassign(
  cluster: FaultCluster,
  topic: string,
  partitions: Partitions,
  replicasOf: (partition: Partitions[number]) => number[],
): Promise<void> {
  const partitionAssignment = partitions.map((partition) => ({
    partition: partition.partitionId,
    replicas: replicasOf(partition),
  }));
  await withAdmin(cluster.bootstrap, (admin) =>
    admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] }),
  );
}
