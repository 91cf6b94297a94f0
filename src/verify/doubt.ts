import { highest } from '../queue/positions.ts';
import type { Positions, Reader } from '../queue/queue.ts';
import type { Rules } from '../runs/verify-json.ts';
import { type ConcludedRun, sumOf } from './conclude.ts';
import type { Earlier } from './earlier.ts';
import type { Inspection } from './inspection.ts';
import { restsOnAbsence } from './verdict.ts';

/** How far the clocks of sender and broker may differ where something is known by time alone. */
export const CLOCK_MARGIN_MS = 60_000;

/** The queue when reading has come to its end. */
export interface QueueNow {
  readonly ends: Positions;
  readonly queueId: string | null;
}

/** A reading that has come to the end of the queue. */
interface EndedReading {
  readonly earlier: Earlier;
  readonly inspection: Inspection;
  readonly reader: Reader;
}

/** Why a queue that was read to its end may have held more, or something else, before; null: nothing tells of that. */
export async function doubtOf(
  reading: EndedReading,
  now: QueueNow,
  runs: readonly ConcludedRun[],
  rules: Rules,
): Promise<string | null> {
  const { earlier, inspection } = reading;
  const doubt = madeAnew(earlier, inspection.firstOwn, now) ?? usedTwice(inspection, runs);
  if (doubt !== null || !restsOnAbsence(sumOf(runs), rules)) return doubt;
  return takenBefore(earlier, runs, rules) ?? untold(earlier, now) ?? removed(reading, runs);
}

/** What verify itself took out of a queue is not absent; null: it took nothing that matters. */
export function takenBefore({ taken }: Earlier, runs: readonly ConcludedRun[], rules: Rules): string | null {
  if (taken === 0 || !restsOnAbsence(sumOf(runs), rules)) return null;
  return taken === null
    ? 'an earlier verification began to take messages out of the queue, and did not end'
    : `an earlier verification took ${taken} messages out of the queue`;
}

/** An id that nobody tells now may be another one than was told before; null: there is no such doubt. */
function untold({ queueIds }: Earlier, now: QueueNow): string | null {
  return queueIds.size > 0 && now.queueId === null
    ? 'the queue told an id before, and tells none now: it may have been made anew'
    : null;
}

/** Without run.json the samples tell when a run began, by the clock that stamped its messages. */
function usedTwice(inspection: Inspection, runs: readonly ConcludedRun[]): string | null {
  const run =
    inspection.usedTwice ??
    runs.find(({ run, samples }) => inspection.earliestSent(run) < samples.firstStartMs - CLOCK_MARGIN_MS)
      ?.run;
  return run === undefined
    ? null
    : `the queue has messages of ${run} that are older or newer than the run itself`;
}

/** What retention took away, or what was not read, is not absent. Recorded positions are exact; a time is not. */
async function removed(
  { earlier, inspection, reader }: EndedReading,
  runs: readonly ConcludedRun[],
): Promise<string | null> {
  if (earlier.starts !== null) return begunLate(earlier.starts, reader.start) ?? reader.removedSince(null);
  // Of a run without a sample nobody knows when it began.
  const firstStartMs = runs.some(({ samples }) => samples.rows === 0)
    ? Number.NEGATIVE_INFINITY
    : Math.min(...runs.map(({ samples }) => samples.firstStartMs));
  // Arrivals by the queue's clock show by how much that of the sender is ahead at least.
  const { source } = inspection.latency;
  const { mostNegative } = inspection.latency.summary();
  const clock = source === 'LogAppendTime' ? 'queue' : 'sender';
  return reader.removedSince(firstStartMs + mostNegative - CLOCK_MARGIN_MS, clock);
}

/** Why reading did not begin where the runs did; null: it did. A partition that was added since then began at 0. */
function begunLate(starts: Positions, begun: Positions): string | null {
  for (const [partition, from] of begun) {
    const start = starts.get(partition) ?? 0;
    if (from > start) return `partition ${partition} was read from ${from}, and the run began at ${start}`;
  }
  return null;
}

/**
 * Why a queue that was read to its end is not the one that the runs were sent to; null: it may well be.
 * @param firstOwn the first offset at which a message of the runs was seen
 */
function madeAnew(earlier: Earlier, firstOwn: Positions, now: QueueNow): string | null {
  const { starts, queueIds } = earlier;
  const other = [...queueIds].find((id) => now.queueId !== null && id !== now.queueId);
  if (other !== undefined) return `the topic was made anew: its id is ${now.queueId}, and was ${other}`;
  for (const [partition, offset] of firstOwn) {
    const start = starts?.get(partition) ?? 0;
    if (offset < start) {
      return `partition ${partition} has messages of the run at ${offset}, before ${start} where it ended then: the topic was made anew, or the id used before`;
    }
  }
  for (const [partition, before] of highest([starts ?? new Map(), earlier.ends])) {
    const end = now.ends.get(partition) ?? 0;
    if (end < before) {
      return `partition ${partition} ends at ${end}, and ended at ${before} before: the topic was made anew`;
    }
  }
  return null;
}
