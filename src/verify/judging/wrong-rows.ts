import { plural, verb } from '../../plural.ts';
import type { GatheredRun } from '../gathering/gathered.ts';
import { CLOCK_SLEW_MS, CLOCK_STEP_MS } from '../gathering/period.ts';

/** Returns why the rows of the samples do not show the outcome of each message. Null if the rows show every outcome. */
export function wrongRows(run: GatheredRun): string | null {
  const { samples, samplesWritten, tally } = run;
  const { rows, torn, unplaced, ambiguous, unreadableOutcomes, withoutOutcome } = samples;
  const of = `the samples of ${run.run}`;
  if (withoutOutcome > 0)
    return `${of} have no column "outcome", but the plan has rules for outcomes: another program may have rewritten the file`;
  if (unreadableOutcomes > 0)
    return `${plural(unreadableOutcomes, 'row')} of ${of} ${verb(unreadableOutcomes, 'has', 'have')} an outcome other than acked, rejected or indeterminate`;
  const others = ofAnotherRun(run);
  if (others !== null) return others;
  if (tally.repeatedRows > 0)
    return `${plural(tally.repeatedRows, 'row')} of ${of} ${verb(tally.repeatedRows, 'names', 'name')} the same message as another row`;
  if (unplaced > 0) return unplacedRows(run, of);
  if (ambiguous) return `${of} have no column "loop", and rows of one thread have the same times`;
  if (samplesWritten !== null && samplesWritten !== rows) {
    return `${of} have ${plural(rows, 'row')}, but the sender wrote ${samplesWritten}`;
  }
  return torn ? `the last row of ${of} is incomplete` : null;
}

function unplacedRows({ plan, samples }: GatheredRun, of: string): string {
  const { rows, unplaced, labels } = samples;
  if (plan !== null || labels.length < 2)
    return `${unplaced} of ${plural(rows, 'row')} of ${of} ${verb(unplaced, 'names', 'name')} no message of the plan`;
  return `${of} have the labels ${labels.map((label) => `"${label}"`).join(', ')}: name the labels of the messages with --label`;
}

const OR_CLOCK = ", unless the sender's clock was set back during the run";

/**
 * Returns why the samples may belong to another run, or to another sender with the same run ID. Null if nothing shows
 * that.
 */
function ofAnotherRun(run: GatheredRun): string | null {
  const { samples, summary, startedAtMs, ended, sentUntilMs } = run;
  const { rows, ackedRows, firstStartMs, lastEndMs } = samples;
  if (rows === 0) return null;
  const at = (ms: number) => new Date(ms).toISOString();
  const theirs = `the samples do not belong to ${run.run}:`;
  if (startedAtMs !== null && firstStartMs < startedAtMs - CLOCK_STEP_MS)
    return `${theirs} they begin at ${at(firstStartMs)}, but the run began at ${at(startedAtMs)}${OR_CLOCK}`;
  if (startedAtMs !== null && ended && lastEndMs > sentUntilMs + CLOCK_SLEW_MS)
    return `${theirs} they end at ${at(lastEndMs)}, but the run ended at ${at(sentUntilMs)}${OR_CLOCK}`;
  if (summary === null) return null;
  if (summary.samples !== rows)
    return `${theirs} they have ${plural(rows, 'row')}, but summary.json counts ${summary.samples}`;
  if (summary.acked !== ackedRows)
    return `${theirs} ${ackedRows} of them ${verb(ackedRows, 'is', 'are')} acked, but summary.json counts ${summary.acked}`;
  if (summary.firstStartMs !== firstStartMs || summary.lastEndMs !== lastEndMs)
    return `${theirs} they begin or end at other times than in summary.json`;
  return null;
}

/**
 * Reports that rows are missing from the samples. If run.json is missing, the samples count as complete unless the
 * queue has messages without a row.
 */
export function missingRows({ run, plan, samples }: GatheredRun, sent: number): string | null {
  const withoutRow = sent - (samples.rows - samples.withoutMessage);
  if (plan !== null || withoutRow <= 0) return null;
  return `${plural(withoutRow, 'message')} of ${run} ${verb(withoutRow, 'is', 'are')} in the queue, but not in its samples`;
}

/** Reports that rows lack the hash of a content that the plan compares. */
export function missingHashes({ run, tally }: GatheredRun): string | null {
  const { hashesMissing: missing } = tally.contents;
  if (missing === 0) return null;
  return `${plural(missing, 'row')} of the samples of ${run} ${verb(missing, 'has', 'have')} no hash in the column "content", so the content of ${verb(missing, 'its message was', 'their messages was')} not compared`;
}

/**
 * Whether rows may name the wrong messages. In a file with the column `loop`, a missing row does not affect other
 * rows.
 */
export function isMisnamed(run: GatheredRun, unclear: string | null, fitting: number): boolean {
  const { tally, samples, ended, plan } = run;
  if (tally.repeatedRows > 0 || samples.ambiguous || ofAnotherRun(run) !== null) return true;
  if (samples.numbered && (!ended || unclear !== null)) return true;
  // A user's own file names the wrong messages if no row fits any message of the run in the queue.
  return plan === null && unclear !== null && fitting === 0;
}
