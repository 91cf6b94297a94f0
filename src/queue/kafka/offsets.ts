import type { Cluster } from 'kafkajs';
import { QblError } from '../../error.ts';
import type { Positions, StartingPoint } from '../queue.ts';

type OffsetQuery = { fromBeginning: boolean } | { fromTimestamp: number };

/** The high watermark of every partition: where its log ends now. */
export function endOffsets(cluster: Cluster, topic: string): Promise<Map<number, number>> {
  return listOffsets(cluster, topic, { fromBeginning: false });
}

/** Where the log of every partition begins now. */
export function beginningOffsets(cluster: Cluster, topic: string): Promise<Map<number, number>> {
  return listOffsets(cluster, topic, { fromBeginning: true });
}

/** Where reading is to begin, for every partition that there is. */
export async function startOffsets(cluster: Cluster, topic: string, from: StartingPoint): Promise<Positions> {
  switch (from.kind) {
    case 'end':
      return endOffsets(cluster, topic);
    case 'beginning':
      return beginningOffsets(cluster, topic);
    case 'positions':
      return new Map([...(await beginningOffsets(cluster, topic)), ...from.positions]);
    case 'time':
      return offsetsAtTime(cluster, topic, from.epochMs);
  }
}

/** The first message stamped at or after the time; the end where there is none. */
async function offsetsAtTime(cluster: Cluster, topic: string, epochMs: number): Promise<Positions> {
  // The end is read first: what comes in between the two questions is read rather than missed.
  const ends = await endOffsets(cluster, topic);
  const found = await listOffsets(cluster, topic, { fromTimestamp: Math.max(0, Math.floor(epochMs)) });
  return new Map([...ends].map(([partition, end]) => [partition, knownOffset(found.get(partition)) ?? end]));
}

function knownOffset(offset: number | undefined): number | null {
  return offset === undefined || offset < 0 ? null : offset;
}

async function listOffsets(
  cluster: Cluster,
  topic: string,
  query: OffsetQuery,
): Promise<Map<number, number>> {
  const partitions = cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId }));
  if (partitions.length === 0) {
    throw new QblError('environment', `There is no topic '${topic}' on this broker.`);
  }
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...query }]);
  return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
}
