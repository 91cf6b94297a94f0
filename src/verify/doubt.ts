import type { Positions, Reader } from '../queue/queue.ts';
import { type ConcludedRun, sumOf } from './conclude.ts';
import type { Inspection } from './inspection.ts';
import { type Rules, restsOnAbsence } from './verdict.ts';

/** How far the clocks of sender and broker may differ where something is known by time alone. */
export const CLOCK_MARGIN_MS = 60_000;

/** What is known of the queue from earlier, and shows when it is no longer the same. */
export interface Earlier {
  /** Where it ended before the first send; null: unknown. */
  readonly starts: Positions | null;
  /** Where verifications of the same runs have seen it end. */
  readonly ends: Positions;
}

/** A reading that has come to the end of the queue. */
interface EndedReading {
  readonly earlier: Earlier;
  readonly inspection: Inspection;
  readonly reader: Reader;
}

/**
 * Why a queue that was read to its end may have held more, or something else, before; null: nothing tells of that.
 * @param ends where the queue ends now
 */
export async function doubtOf(
  reading: EndedReading,
  ends: Positions,
  runs: readonly ConcludedRun[],
  rules: Rules,
): Promise<string | null> {
  const { earlier, inspection } = reading;
  const doubt = madeAnew(earlier, inspection.firstOwn, ends) ?? usedTwice(inspection, runs);
  if (doubt !== null || !restsOnAbsence(sumOf(runs), rules)) return doubt;
  return removed(reading, runs);
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
  if (earlier.starts !== null) return begunLate(earlier, reader.start) ?? reader.removedSince(null);
  const firstStartMs = Math.min(...runs.map(({ samples }) => samples.firstStartMs));
  if (firstStartMs === Number.POSITIVE_INFINITY) return null;
  // Arrivals before their sending show by how much the sender's clock is ahead at least.
  const { mostNegative } = inspection.latency.summary();
  return reader.removedSince(firstStartMs + mostNegative - CLOCK_MARGIN_MS);
}

/** Why reading did not begin where the runs did; null: it did, as far as that is known. */
function begunLate(earlier: Earlier, start: Positions): string | null {
  for (const [partition, offset] of earlier.starts ?? []) {
    const begun = start.get(partition) ?? 0;
    if (begun > offset)
      return `partition ${partition} was read from ${begun}, and the run began at ${offset}`;
  }
  return null;
}

/**
 * Why a queue that was read to its end is not the one that the runs were sent to; null: it may well be.
 * @param firstOwn the first offset at which a message of the runs was seen
 * @param ends where the queue ends now
 */
function madeAnew(earlier: Earlier, firstOwn: Positions, ends: Positions): string | null {
  for (const [partition, offset] of firstOwn) {
    const start = earlier.starts?.get(partition) ?? 0;
    if (offset < start) {
      return `partition ${partition} has messages of the run at ${offset}, before ${start} where it ended then: the topic was made anew, or the id used before`;
    }
  }
  for (const [partition, end] of earlier.ends) {
    const now = ends.get(partition) ?? 0;
    if (now < end) {
      return `partition ${partition} ends at ${now}, and ended at ${end} when it was verified before: the topic was made anew`;
    }
  }
  return null;
}
