import type { Plan } from '../plan/plan.ts';
import type { SamplesRead } from './samples.ts';
import type { Tally } from './tally.ts';

/** What was gathered of one run. */
export interface GatheredRun {
  readonly run: string;
  /** The queue that run.json names; null: unknown. */
  readonly sentTo: string | null;
  /** Null: unknown. */
  readonly plan: Plan | null;
  readonly tally: Tally;
  readonly samples: SamplesRead;
  /** Rows that the sender says it wrote; null without an end. */
  readonly samplesWritten: number | null;
  /** The sender stopped in good order. */
  readonly ended: boolean;
  /** Until when a request was under way, epoch milliseconds by the sender's clock. */
  readonly sentUntilMs: number;
}

/** Without a plan it is taken for granted. */
export function carriesIdentity({ plan }: GatheredRun): boolean {
  return plan?.identity ?? true;
}

/** Why the rows do not tell each message's outcome, as they are; null: they may. */
export function wrongRows({ run, samples, samplesWritten, tally }: GatheredRun): string | null {
  const { rows, torn, unplaced } = samples;
  const of = `the samples of ${run}`;
  if (tally.repeatedRows > 0)
    return `${tally.repeatedRows} rows of ${of} name a message that another row names too`;
  if (unplaced > 0) return `${unplaced} of ${rows} rows of ${of} name no message of the plan`;
  if (samplesWritten !== null && samplesWritten !== rows) {
    return `${of} have ${rows} rows, and the sender wrote ${samplesWritten}`;
  }
  return torn ? `the last row of ${of} is torn` : null;
}

/** A samples file by itself is taken for whole, unless messages show that it is not. */
export function missingRows({ run, plan, samples }: GatheredRun, sent: number): string | null {
  const withoutRow = sent - samples.rows;
  if (plan !== null || withoutRow <= 0) return null;
  return `${withoutRow} messages of ${run} are in the queue and have no row in its samples`;
}

/** Whether rows may name other messages than they are of. One that is missing takes nothing from named ones. */
export function isMisnamed({ tally, samples, ended }: GatheredRun, unclear: string | null): boolean {
  return tally.repeatedRows > 0 || (samples.numbered && (!ended || unclear !== null));
}
