import { QblError } from '../../../error.ts';
import type { Positions, StartingPoint } from '../../queue.ts';
import type { KafkaCluster } from './cluster.ts';
import { leaderOf, partitionsOf } from './partitions.ts';

type OffsetQuery = { fromBeginning: boolean } | { fromTimestamp: number };

/** The partitions to ask about: all of them unless some are named. A leader has to be there for each. */
interface Topic {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly partitions?: readonly number[];
}

/**
 * The high watermark of every partition: where its log ends now.
 * @throws LeaderlessError when one of them has no leader
 */
export function endOffsets(topic: Topic): Promise<Map<number, number>> {
  return listOffsets(topic, { fromBeginning: false });
}

/**
 * Where the log of every partition begins now.
 * @throws LeaderlessError when one of them has no leader
 */
export function beginningOffsets(topic: Topic): Promise<Map<number, number>> {
  return listOffsets(topic, { fromBeginning: true });
}

/**
 * Where reading is to begin, for every partition that is asked about, and for those whose position is given.
 * @throws LeaderlessError when one of the former has no leader
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

/** The first message stamped at or after the time; the end where there is none. */
async function offsetsAtTime(topic: Topic, epochMs: number): Promise<Positions> {
  // The end is read first: what comes in between the two questions is read rather than missed.
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
  if (all.length === 0) throw new QblError('environment', `There is no topic '${topic}' on this broker.`);
  const partitions = (named ?? all).map((partition) => ({ partition }));
  for (const { partition } of partitions) leaderOf(cluster, topic, partition);
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...query }]);
  const offsets = new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  // A broker answers −1 where no message is as late as the time that was asked about.
  const least = 'fromTimestamp' in query ? -1 : 0;
  return new Map(
    partitions.map(({ partition }) => [partition, checkedOffset(offsets.get(partition), partition, least)]),
  );
}

/** An answer that leaves a partition out must not count as one that is empty. */
function checkedOffset(offset: number | undefined, partition: number, least: number): number {
  if (offset !== undefined && Number.isSafeInteger(offset) && offset >= least) return offset;
  throw new Error(`the broker answered without the offset of partition ${partition}`);
}
