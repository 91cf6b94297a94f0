import { plural } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import { highest } from '../../queue/positions.ts';
import type { Positions, Reader, RunStart } from '../../queue/queue.ts';
import type { QueueHistory } from '../history/read-history.ts';
import type { Inspection } from '../reading/inspection.ts';
import type { ConcludedRun } from './conclude.ts';

/** How far the clocks of sender and broker may differ where something is known by time alone. */
export const CLOCK_MARGIN_MS = 60_000;

/** The queue when reading has come to its end. */
export interface QueueNow {
  readonly ends: Positions;
  readonly queueId: string | null;
}

/** A reading that has come to the end of the queue. */
interface EndedReading {
  readonly history: QueueHistory;
  readonly inspection: Inspection;
  readonly reader: Reader;
}

/** Why a queue that was read to its end may have held more, or something else, before. */
export async function doubtsOf(
  reading: EndedReading,
  now: QueueNow,
  runs: readonly ConcludedRun[],
): Promise<Doubt[]> {
  const { history, inspection } = reading;
  const other = recreated(history, inspection.firstOwn, now);
  const doubts = [
    other,
    takenBefore(history),
    // A queue that is another one tells nothing more of the first.
    ...(other === null ? [withoutId(history, now), await removed(reading, runs)] : []),
  ];
  return doubts.filter((doubt) => doubt !== null);
}

/** What verify itself took out of a queue is not absent; null: it took nothing. */
export function takenBefore({ taken }: QueueHistory): Doubt | null {
  if (taken === 0) return null;
  const text =
    taken === null
      ? 'an earlier verification began to take messages out of the queue, and did not end'
      : `an earlier verification took ${plural(taken, 'message')} out of the queue`;
  return { kind: 'taken-before', text, prevents: 'absence' };
}

/** The id may be another one than before; null: there is no such doubt. */
function withoutId({ queueIds }: QueueHistory, now: QueueNow): Doubt | null {
  if (queueIds.size === 0 || now.queueId !== null) return null;
  const text = 'the queue reported an id before, and reports none now: it may have been recreated';
  return { kind: 'queue-id-unavailable', text, prevents: 'absence' };
}

/** What retention took away, or what was not read, is not absent. */
async function removed(
  { history, inspection, reader }: EndedReading,
  runs: readonly ConcludedRun[],
): Promise<Doubt | null> {
  const { starts } = history;
  const late = starts === null ? null : begunLate(starts, reader.start);
  return late ?? reader.removedSince(runStart(starts, inspection, runs));
}

/** Recorded positions are exact; a time is not. */
function runStart(starts: Positions | null, inspection: Inspection, runs: readonly ConcludedRun[]): RunStart {
  if (starts !== null) return { kind: 'positions', positions: starts };
  // Of a run without a sample nobody knows when it began.
  const firstStartMs = runs.some(({ samples }) => samples.rows === 0)
    ? Number.NEGATIVE_INFINITY
    : Math.min(...runs.map(({ samples }) => samples.firstStartMs));
  // Arrivals by the queue's clock show by how much that of the sender is ahead at least.
  const { source } = inspection.latency;
  const { mostNegative } = inspection.latency.summary();
  const clock = source === 'LogAppendTime' ? 'queue' : 'sender';
  return { kind: 'time', epochMs: firstStartMs + mostNegative - CLOCK_MARGIN_MS, clock };
}

/** Why reading did not begin where the runs did; null: it did. A partition that was added since then began at 0. */
function begunLate(starts: Positions, begun: Positions): Doubt | null {
  for (const [partition, from] of begun) {
    const start = starts.get(partition) ?? 0;
    if (from <= start) continue;
    const text = `partition ${partition} was read from ${from}, and the run began at ${start}`;
    return { kind: 'read-too-late', text, prevents: 'absence' };
  }
  return null;
}

/**
 * Why a queue that was read to its end is not the one that the runs were sent to; null: it may well be.
 * @param firstOwn the first offset at which a message of the runs was seen
 */
function recreated(history: QueueHistory, firstOwn: Positions, now: QueueNow): Doubt | null {
  const doubt = (text: string): Doubt => ({ kind: 'queue-recreated', text, prevents: 'always' });
  const { starts, queueIds } = history;
  const other = [...queueIds].find((id) => now.queueId !== null && id !== now.queueId);
  if (other !== undefined)
    return doubt(`the topic was recreated: its id is ${now.queueId}, and was ${other} before`);
  for (const [partition, offset] of firstOwn) {
    const start = starts?.get(partition) ?? 0;
    if (offset < start) {
      return doubt(
        `partition ${partition} has messages of the run at ${offset}, before ${start} where it ended then: the topic was recreated, or the id was used before`,
      );
    }
  }
  for (const [partition, before] of highest([starts ?? new Map(), history.ends])) {
    const end = now.ends.get(partition) ?? 0;
    if (end < before) {
      return doubt(
        `partition ${partition} ends at ${end}, and ended at ${before} before: the topic was recreated`,
      );
    }
  }
  return null;
}
