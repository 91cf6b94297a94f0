import { QblError } from '../../../error.ts';
import type { Positions, StartingPoint } from '../../reader.ts';
import type { KafkaCluster } from './cluster.ts';
import { leaderOf, partitionsOf } from './partitions.ts';

type OffsetQuery = { fromBeginning: boolean } | { fromTimestamp: number };

/** A topic and the partitions to ask about (default: all). Each of these partitions must have a leader. */
interface Topic {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly partitions?: readonly number[];
}

/**
 * Returns the high watermark of every partition, which is the present end of its log.
 * @throws LeaderlessError if a partition has no leader
 */
export function endOffsets(topic: Topic): Promise<Map<number, number>> {
  return listOffsets(topic, { fromBeginning: false });
}

/**
 * Returns the present first offset of every partition's log.
 * @throws LeaderlessError if a partition has no leader
 */
export function beginningOffsets(topic: Topic): Promise<Map<number, number>> {
  return listOffsets(topic, { fromBeginning: true });
}

/**
 * Returns the offsets at which reading starts, for each requested partition and each partition with a given position.
 * @throws LeaderlessError if a requested partition has no leader
 */
export async function startOffsets(topic: Topic, from: StartingPoint): Promise<Positions> {
  switch (from.kind) {
    case 'end':
      return endOffsets(topic);
    case 'beginning':
      return beginningOffsets(topic);
    case 'positions':
      return new Map([...(await beginningOffsets(topic)), ...from.positions]);
    case 'time':
      return offsetsAtTime(topic, from.epochMs);
  }
}

/**
 * Returns the offset of the first message that has this timestamp or a later one. Returns the end of the log if there
 * is no such message.
 */
async function offsetsAtTime(topic: Topic, epochMs: number): Promise<Positions> {
  // Requests the ends of the logs first, and then the offsets for the timestamp. In the other order, a message that
  // arrives between the two requests would be missed.
  const ends = await endOffsets(topic);
  const found = await listOffsets(topic, { fromTimestamp: Math.max(0, Math.floor(epochMs)) });
  return new Map([...ends].map(([partition, end]) => [partition, knownOffset(found.get(partition)) ?? end]));
}

function knownOffset(offset: number | undefined): number | null {
  return offset === undefined || offset < 0 ? null : offset;
}

async function listOffsets(
  { cluster, topic, partitions: named }: Topic,
  query: OffsetQuery,
): Promise<Map<number, number>> {
  const all = partitionsOf(cluster, topic, 'all');
  if (all.length === 0) throw new QblError('environment', `The broker has no topic '${topic}'.`);
  const partitions = (named ?? all).map((partition) => ({ partition }));
  for (const { partition } of partitions) leaderOf(cluster, topic, partition);
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...query }]);
  const offsets = new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  // A broker answers −1 if no message has this timestamp or a later one.
  const least = 'fromTimestamp' in query ? -1 : 0;
  return new Map(
    partitions.map(({ partition }) => [partition, checkedOffset(offsets.get(partition), partition, least)]),
  );
}

/**
 * Returns the offset of a partition from a broker's answer. Throws if the answer omits the partition: treating it as
 * empty would miss messages.
 */
function checkedOffset(offset: number | undefined, partition: number, least: number): number {
  if (offset !== undefined && Number.isSafeInteger(offset) && offset >= least) return offset;
  throw new Error(`the broker's answer has no offset for partition ${partition}`);
}
