import type { Doubt } from '../../doubt.ts';
import type { RunStart, Timestamp } from '../../queue.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { beginningOffsets } from '../cluster/offsets.ts';
import { leaderOf } from '../cluster/partitions.ts';
import { deliveriesFrom, readFetched } from '../fetch/deliveries.ts';
import { fetchFrom } from '../fetch/fetch.ts';
import type { OffsetGap } from '../fetch/offset-gaps.ts';

/** A topic, and what reading it showed. */
export interface ReadLog {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** Null: the broker does not report it. */
  readonly compacted: boolean | null;
  /** The last range of offsets without a record that was read past, by partition. */
  readonly offsetGaps: ReadonlyMap<number, OffsetGap>;
}

/** Why a log may have lost messages that it got since the runs began; null: nothing shows that. */
export async function removedSince(log: ReadLog, start: RunStart): Promise<Doubt | null> {
  const { compacted } = log;
  if (compacted === null)
    return doubt('removal-unknown', 'the broker does not report whether the topic is compacted');
  if (compacted)
    return doubt('compacted', 'the topic is compacted, which may remove messages without a trace');
  return missingOffsets(log, start) ?? cutBeginning(log, start);
}

/** Compaction that has ended leaves gaps. Recorded positions are exact: what is missing before them is of others. */
function missingOffsets({ offsetGaps }: ReadLog, start: RunStart): Doubt | null {
  for (const [partition, { from, to, before }] of offsetGaps) {
    const isOlder =
      start.kind === 'positions' ? to < (start.positions.get(partition) ?? 0) : isBefore(before, start);
    if (!isOlder) {
      const text = `partition ${partition} lacks records between the offsets ${from} and ${to}: compaction removed them`;
      return doubt('compacted', text);
    }
  }
  return null;
}

/** A log that was never cut begins at 0. Where positions were recorded, reading itself shows what is gone since. */
async function cutBeginning(log: ReadLog, start: RunStart): Promise<Doubt | null> {
  if (start.kind === 'positions') return null;
  for (const [partition, beginning] of await beginningOffsets(log)) {
    if (beginning === 0 || (await hasOlder(log, partition, beginning, start))) continue;
    const text = `the log of partition ${partition} begins at ${beginning} now: what was before it may have been of the run`;
    return doubt('removed-by-retention', text);
  }
  return null;
}

/**
 * Whether the first message that is left came before the time: then what was removed, all of it before that one, did
 * so too. Only the broker's own stamp tells when it came.
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
