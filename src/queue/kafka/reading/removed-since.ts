import type { Doubt } from '../../doubt.ts';
import type { RunStart, Timestamp } from '../../reader.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { beginningOffsets } from '../cluster/offsets.ts';
import { leaderOf } from '../cluster/partitions.ts';
import { deliveriesFrom, readFetched } from '../fetch/deliveries.ts';
import { fetchFrom } from '../fetch/fetch.ts';
import type { OffsetGap } from '../fetch/offset-gaps.ts';

/** What qbl knows about a topic after reading it. */
export interface ReadLog {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** Whether the topic is compacted. Null if the broker does not report it. */
  readonly compacted: boolean | null;
  /** By partition, the last range of offsets without a record. */
  readonly offsetGaps: ReadonlyMap<number, OffsetGap>;
}

/** Returns a reason why a log may have lost messages since the runs began. Null if no reason is known. */
export async function removedSince(log: ReadLog, start: RunStart): Promise<Doubt | null> {
  const { compacted } = log;
  if (compacted === null)
    return doubt('removal-unknown', 'the broker does not report whether the topic is compacted');
  if (compacted)
    return doubt(
      'compacted',
      'the topic is compacted: messages may have been removed without leaving a trace',
    );
  return missingOffsets(log, start) ?? cutBeginning(log, start);
}

/**
 * Finds missing offsets that may belong to the run. Offsets stay missing after a topic was compacted, even if
 * the topic is not compacted any more. Missing offsets before the start of the run belong to other messages.
 */
function missingOffsets({ offsetGaps }: ReadLog, start: RunStart): Doubt | null {
  for (const [partition, { from, to, before }] of offsetGaps) {
    const isOlder =
      start.kind === 'positions' ? to < (start.positions.get(partition) ?? 0) : isBefore(before, start);
    if (!isOlder) {
      const text = `partition ${partition} has no records between the offsets ${from} and ${to}: compaction removed them`;
      return doubt('compacted', text);
    }
  }
  return null;
}

/**
 * Returns a doubt if the beginning of a log was removed. A complete log begins at offset 0. If the positions at the
 * start of the run are recorded, nothing is checked, because the reader itself notices removed messages.
 */
async function cutBeginning(log: ReadLog, start: RunStart): Promise<Doubt | null> {
  if (start.kind === 'positions') return null;
  for (const [partition, beginning] of await beginningOffsets(log)) {
    if (beginning === 0 || (await hasOlder(log, partition, beginning, start))) continue;
    const text = `the log of partition ${partition} now begins at offset ${beginning}: the removed messages may belong to the run`;
    return doubt('removed-by-retention', text);
  }
  return null;
}

/**
 * Whether the first remaining message arrived before the run began. All removed messages are older, so none of them
 * belongs to the run. Only a timestamp from the broker says when a message arrived.
 */
async function hasOlder(
  { cluster, topic }: ReadLog,
  partition: number,
  beginning: number,
  start: RunStart,
): Promise<boolean> {
  if (start.kind !== 'time' || start.clock !== 'queue') return false;
  const leader = leaderOf(cluster, topic, partition);
  const positions = new Map([[partition, beginning]]);
  const fetched = await fetchFrom({ cluster, topic, leader, positions, maxWaitMs: 0 });
  for (const partition of fetched) {
    for await (const batch of readFetched(partition, Date.now())) {
      const [first] = deliveriesFrom(beginning, batch);
      if (first !== undefined) return isBefore(first.timestamp, start);
    }
  }
  return false;
}

function isBefore(stamp: Timestamp | null, start: RunStart & { kind: 'time' }): boolean {
  return start.clock === 'queue' && stamp?.source === 'LogAppendTime' && stamp.atMs < start.epochMs;
}

function doubt(kind: Doubt['kind'], text: string): Doubt {
  return { kind, text, prevents: 'absence' };
}
