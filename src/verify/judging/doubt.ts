import { plural } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import { highest } from '../../queue/positions.ts';
import type { Positions, Reader, RunStart, StartingPoint } from '../../queue/reader.ts';
import type { QueueHistory } from '../history/read-history.ts';
import type { Inspection } from '../reading/inspection.ts';
import type { ConcludedRun } from './conclude.ts';

/**
 * Largest expected difference between the clocks of sender and broker. Used if only the start time of a run is known,
 * but no offsets.
 */
export const CLOCK_MARGIN_MS = 60_000;

/** What the queue reports at the end of the reading. */
export interface QueueNow {
  readonly ends: Positions;
  readonly queueId: string | null;
}

/** The part of a run that shows when it began. */
type BegunRun = { readonly samples: Pick<ConcludedRun['samples'], 'rows' | 'firstStartMs'> };

interface EndedReading {
  readonly from: StartingPoint;
  readonly history: QueueHistory;
  readonly inspection: Pick<Inspection, 'firstOwn' | 'latency'>;
  readonly reader: Reader;
}

/** Returns reasons why a queue that was read to its end may have contained other messages before the reading. */
export async function doubtsOf(
  reading: EndedReading,
  now: QueueNow,
  runs: readonly BegunRun[],
): Promise<Doubt[]> {
  const { history, inspection } = reading;
  const other = recreated(history, inspection.firstOwn, now);
  const doubts = [
    other,
    takenBefore(history),
    // If the queue was recreated, its log proves nothing about the messages that were in the earlier queue.
    ...(other === null
      ? [recreatedElsewhere(history, now), withoutId(history, now), await removed(reading, runs)]
      : []),
  ];
  return doubts.filter((doubt) => doubt !== null);
}

/**
 * Reports that an earlier verification removed messages from the queue, because these messages are not lost. Null if
 * no message was removed.
 */
export function takenBefore({ taken }: QueueHistory): Doubt | null {
  if (taken === 0) return null;
  const text =
    taken === null
      ? 'an earlier verification began to remove messages from the queue, and did not finish'
      : `an earlier verification removed ${plural(taken, 'message')} from the queue`;
  return { kind: 'taken-before', text, prevents: 'absence' };
}

/** Reports that the queue had an ID before and has no ID now. Null if nothing is suspicious. */
function withoutId({ queueIds, elsewhere }: QueueHistory, now: QueueNow): Doubt | null {
  if (queueIds.size + elsewhere.queueIds.size === 0 || now.queueId !== null) return null;
  const text = 'the queue reported an id before, and reports no id now: it may have been recreated';
  return { kind: 'queue-id-unavailable', text, prevents: 'absence' };
}

/** Reports messages that retention removed or that the reading did not reach, because they are not lost. */
async function removed(
  { from, history, inspection, reader }: EndedReading,
  runs: readonly BegunRun[],
): Promise<Doubt | null> {
  const { starts } = history;
  const late = starts === null ? null : begunLate(starts, reader.start, from);
  return late ?? reader.removedSince(runStart(starts, inspection, runs));
}

/**
 * Returns where the runs began: recorded positions, or else a time. Recorded positions are exact, but a time
 * is not.
 */
function runStart(
  starts: Positions | null,
  inspection: EndedReading['inspection'],
  runs: readonly BegunRun[],
): RunStart {
  if (starts !== null) return { kind: 'positions', positions: starts };
  // The start of a run without samples is not known.
  const firstStartMs = runs.some(({ samples }) => samples.rows === 0)
    ? Number.NEGATIVE_INFINITY
    : Math.min(...runs.map(({ samples }) => samples.firstStartMs));
  // If a latency according to the queue's clock is negative, the sender's clock is ahead by at least that time.
  const { source } = inspection.latency;
  const { mostNegative } = inspection.latency.summary();
  const clock = source === 'LogAppendTime' ? 'queue' : 'sender';
  return { kind: 'time', epochMs: firstStartMs + mostNegative - CLOCK_MARGIN_MS, clock };
}

/**
 * Reports that the reading began after the start of the runs. Null if it began at the start or before. A partition that
 * was added later began at offset 0.
 */
function begunLate(starts: Positions, begun: Positions, point: StartingPoint): Doubt | null {
  for (const [partition, from] of begun) {
    const start = starts.get(partition) ?? 0;
    if (from <= start) continue;
    const began = `but the run began at offset ${start}`;
    if (isLogStart(point, partition)) {
      const text = `the log of partition ${partition} now begins at offset ${from}, ${began}`;
      return { kind: 'removed-by-retention', text, prevents: 'absence' };
    }
    const text = `partition ${partition} was read from offset ${from}, ${began}`;
    return { kind: 'read-too-late', text, prevents: 'absence' };
  }
  return null;
}

/** Whether the partition was read from the start of its log. */
function isLogStart(point: StartingPoint, partition: number): boolean {
  return point.kind === 'beginning' || (point.kind === 'positions' && !point.positions.has(partition));
}

/**
 * Reports that this is not the queue to which the runs were sent. Null if nothing shows that.
 * @param firstOwn for each partition, the first offset with a message of the runs
 */
function recreated(history: QueueHistory, firstOwn: Positions, now: QueueNow): Doubt | null {
  const doubt = (text: string): Doubt => ({ kind: 'queue-recreated', text, prevents: 'always' });
  const { starts, queueIds } = history;
  if (history.recreated !== null) return doubt(`an earlier verification noticed: ${history.recreated}`);
  const other = otherId(queueIds, now);
  if (other !== null)
    return doubt(`the topic was recreated: its id is ${now.queueId} now, and was ${other} before`);
  for (const [partition, offset] of firstOwn) {
    const start = starts?.get(partition) ?? 0;
    if (offset < start) {
      return doubt(
        `partition ${partition} has messages of the run at offset ${offset}, but the run began at offset ${start}: the topic was recreated, or the run id was used before`,
      );
    }
  }
  const lower = lowerEnd(highest([starts ?? new Map(), history.ends]), now);
  return lower === null ? null : doubt(`${lower}: the topic was recreated`);
}

/**
 * Reports that the queue was another one when it was read at another URL. Null if nothing shows that. Two clusters that
 * were started from one container image can have the same name. So this doubt prevents a pass only if one more message
 * could change the verdict.
 */
function recreatedElsewhere({ elsewhere }: QueueHistory, now: QueueNow): Doubt | null {
  const other = otherId(elsewhere.queueIds, now);
  const text =
    other === null ? lowerEnd(elsewhere.ends, now) : `its id is ${now.queueId} now, and was ${other} before`;
  if (text === null) return null;
  return {
    kind: 'queue-recreated',
    text: `the topic was read at another URL before, and may have been recreated: ${text}`,
    prevents: 'absence',
  };
}

/** Returns a recorded ID that the queue does not have now. Null if there is no such ID, or if the queue has no ID now. */
function otherId(recorded: ReadonlySet<string>, { queueId }: QueueNow): string | null {
  return [...recorded].find((id) => queueId !== null && id !== queueId) ?? null;
}

/** Says which partition ends before its recorded end. Null if no partition does. */
function lowerEnd(recorded: Positions, { ends }: QueueNow): string | null {
  for (const [partition, before] of recorded) {
    const end = ends.get(partition) ?? 0;
    if (end < before)
      return `partition ${partition} ends at offset ${end}, but ended at offset ${before} before`;
  }
  return null;
}
