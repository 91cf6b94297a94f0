import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { mayLeaveOut, type Plan, plannedSamples } from '../../plan/plan.ts';
import { plural } from '../../plural.ts';
import { endText, type JMeterExit } from './process.ts';
import type { Totals } from './totals.ts';

/** How JMeter ended. `reason` is written to run.json. `why` explains why samples may be missing. */
export type Ending =
  | { readonly kind: 'in-order'; readonly reason: string }
  | { readonly kind: 'broken-off'; readonly why: string };

export interface EndingEvidence {
  readonly plan: Plan;
  readonly exit: JMeterExit;
  readonly totals: Totals;
  /** True if the last row of the samples is incomplete. */
  readonly torn: boolean;
  readonly logFile: string;
  readonly stop: AbortSignal;
  readonly interrupt: AbortSignal;
}

/**
 * Matches a line of the log about a thread that ended with an error. Such a thread leaves no sample and does
 * not change the exit code. Source: JMeterThread.java, JMeter.java.
 */
const THREAD_DIED = / ERROR o\.a\.j\.(t\.JMeterThread|JMeter): .*(Test failed|Uncaught exception)/i;

/**
 * Decides how JMeter ended. JMeter exits with 0 even if samples are missing, so a regular end needs further
 * evidence.
 */
export async function endingOf(evidence: EndingEvidence): Promise<Ending> {
  const { exit, torn, logFile } = evidence;
  if (exit.code !== 0) return brokenOff(`${endText(exit.code)}: ${exit.lastLines}`);
  if (torn) return brokenOff('the last row of the samples is incomplete');
  const died = await lineOf(logFile, THREAD_DIED);
  if (died !== null) return brokenOff(`a JMeter thread died: ${died}`);
  return byCount(evidence);
}

function byCount({ plan, totals, stop, interrupt }: EndingEvidence): Ending {
  if (interrupt.aborted) return { kind: 'in-order', reason: 'interrupted' };
  if (stop.aborted) return { kind: 'in-order', reason: 'stopped' };
  const stopped = totals.stoppedBy(plan);
  if (stopped !== null) return { kind: 'in-order', reason: stopped };
  const { samples, failed } = totals.statistics;
  const planned = failed > 0 && mayLeaveOut(plan) ? null : plannedSamples(plan);
  if (planned !== null && planned !== samples) {
    return brokenOff(`JMeter wrote ${samples} of ${plural(planned, 'planned sample')}`);
  }
  return { kind: 'in-order', reason: 'completed' };
}

function brokenOff(why: string): Ending {
  return { kind: 'broken-off', why };
}

/** Returns the first line of the file that matches the pattern. Null if no line matches, or if the file is missing. */
async function lineOf(file: string, pattern: RegExp): Promise<string | null> {
  if (!existsSync(file)) return null;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (pattern.test(line)) return line;
  }
  return null;
}
