import { type GapsRecord, gapsRecordOf } from '../../runs/documents/gaps-json.ts';
import type { LongSpans } from '../../samples/gaps/ack-times.ts';
import { type Gap, GapCounts } from '../../samples/gaps/gap-counts.ts';
import { isIdentified } from '../gathering/gathered.ts';
import { readSamples } from '../gathering/samples.ts';
import type { ConcludedRun } from './conclude.ts';

/**
 * Returns the gaps of a run: periods without an acknowledgement, with the outcomes of their messages. Null without
 * requests, and with several runs.
 */
export async function gapsOf(runs: readonly ConcludedRun[]): Promise<GapsRecord | null> {
  const [run] = runs;
  if (run === undefined || runs.length > 1) return null;
  const { longSpans } = run.samples;
  if (longSpans === null) return null;
  return gapsRecordOf(longSpans, await countedGaps(run, longSpans), isIdentified(run));
}

/**
 * Counts the outcomes of the messages in each gap. What happened to a message is known only after the reading, so the
 * samples must be read again. If there is no gap, they are not read.
 */
async function countedGaps(run: ConcludedRun, longSpans: LongSpans): Promise<readonly Gap[]> {
  if (longSpans.spans.length === 0) return [];
  const { source, fateOf } = run;
  const counts = new GapCounts(longSpans);
  await readSamples(source, (identity, outcome, _window, { timeStampMs, elapsedMs }) =>
    counts.add(timeStampMs, timeStampMs + elapsedMs, outcome, () => fateOf(identity)),
  );
  return counts.gaps();
}
