import { plural, verb } from '../../plural.ts';
import type { GatheredRun } from '../gathering/gathered.ts';
import { CLOCK_SLEW_MS, CLOCK_STEP_MS } from '../gathering/period.ts';

/** Why the rows do not tell each message's outcome, as they are; null: they may. */
export function wrongRows(run: GatheredRun): string | null {
  const { samples, samplesWritten, tally } = run;
  const { rows, torn, unplaced, ambiguous } = samples;
  const of = `the samples of ${run.run}`;
  const others = ofAnotherRun(run);
  if (others !== null) return others;
  if (tally.repeatedRows > 0)
    return `${plural(tally.repeatedRows, 'row')} of ${of} ${verb(tally.repeatedRows, 'names', 'name')} a message that another row names too`;
  if (unplaced > 0) return unplacedRows(run, of);
  if (ambiguous) return `${of} have no column loop, and rows of one thread with the same times`;
  if (samplesWritten !== null && samplesWritten !== rows) {
    return `${of} have ${plural(rows, 'row')}, and the sender wrote ${samplesWritten}`;
  }
  return torn ? `the last row of ${of} is torn` : null;
}

function unplacedRows({ plan, samples }: GatheredRun, of: string): string {
  const { rows, unplaced, labels } = samples;
  if (plan !== null || labels.length < 2)
    return `${unplaced} of ${plural(rows, 'row')} of ${of} ${verb(unplaced, 'names', 'name')} no message of the plan`;
  return `${of} have the labels ${labels.map((label) => `"${label}"`).join(', ')}: name those of the messages with --label`;
}

const OR_CLOCK = ', unless the clock of the sender was set back meanwhile';

/** Why the samples are of another run, or another execution of it; null: nothing tells so. */
function ofAnotherRun(run: GatheredRun): string | null {
  const { samples, summary, startedAtMs, ended, sentUntilMs } = run;
  const { rows, acked, firstStartMs, lastEndMs } = samples;
  if (rows === 0) return null;
  const at = (ms: number) => new Date(ms).toISOString();
  const theirs = `the samples are not those of ${run.run}:`;
  if (startedAtMs !== null && firstStartMs < startedAtMs - CLOCK_STEP_MS)
    return `${theirs} they begin at ${at(firstStartMs)}, and the run began at ${at(startedAtMs)}${OR_CLOCK}`;
  if (startedAtMs !== null && ended && lastEndMs > sentUntilMs + CLOCK_SLEW_MS)
    return `${theirs} they end at ${at(lastEndMs)}, and the run ended at ${at(sentUntilMs)}${OR_CLOCK}`;
  if (summary === null) return null;
  if (summary.samples !== rows)
    return `${theirs} they have ${plural(rows, 'row')}, and summary.json counts ${summary.samples}`;
  if (summary.acked !== acked)
    return `${theirs} ${acked} of them ${verb(acked, 'is', 'are')} acked, and summary.json counts ${summary.acked}`;
  if (summary.firstStartMs !== firstStartMs || summary.lastEndMs !== lastEndMs)
    return `${theirs} they begin or end at another time than summary.json says`;
  return null;
}

/** A samples file by itself is taken for whole, unless messages show that it is not. */
export function missingRows({ run, plan, samples }: GatheredRun, sent: number): string | null {
  const withoutRow = sent - (samples.rows - samples.withoutMessage);
  if (plan !== null || withoutRow <= 0) return null;
  return `${plural(withoutRow, 'message')} of ${run} ${verb(withoutRow, 'is', 'are')} in the queue without a row in its samples`;
}

/** Whether rows may name other messages than they are of. One that is missing takes nothing from named ones. */
export function isMisnamed(run: GatheredRun, unclear: string | null, fitting: number): boolean {
  const { tally, samples, ended, plan } = run;
  if (tally.repeatedRows > 0 || samples.ambiguous || ofAnotherRun(run) !== null) return true;
  if (samples.numbered && (!ended || unclear !== null)) return true;
  // Somebody's own file, and not one of its rows is of a message that is there, although there are messages.
  return plan === null && unclear !== null && fitting === 0;
}
