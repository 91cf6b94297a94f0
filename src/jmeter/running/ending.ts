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
 * Matches a line of the log about a script of unchanged/identity-script.ts that failed. Then a message has no identity, or
 * its result gets no row. Source: JSR223PreProcessor.java, JSR223PostProcessor.java.
 */
const SCRIPT_FAILED = / Problem in JSR223 script, qbl identity/;
/** Matches a line of the log about an error after a request was sent. The request gets no row. Source: JMeterThread.java. */
const ROW_DROPPED = / Error while processing sampler/;
/** Each entry of the log starts with its date. */
const STARTS_ENTRY = /^\d/;
/** Match lines of the log about a sampler that ended the test. Source: JMeterThread.java. */
const STOPPED_NOW = / Stop Test Now detected by thread/;
const STOPPED = / Shutdown Test detected by thread/;

/**
 * Decides how JMeter ended. JMeter exits with 0 even if samples are missing, so a regular end needs further
 * evidence.
 */
export async function endingOf(evidence: EndingEvidence): Promise<Ending> {
  const { exit, torn, logFile } = evidence;
  if (exit.code !== 0) return brokenOff(`${endText(exit.code)}: ${exit.lastLines}`);
  if (torn) return brokenOff('the last row of the samples is incomplete');
  const died = await entryOf(logFile, THREAD_DIED);
  if (died !== null) return brokenOff(`a JMeter thread died: ${died}`);
  return evidence.plan.foreign === undefined ? byCount(evidence) : ofForeign(evidence);
}

/**
 * Decides how a test plan ended that JMeter ran unchanged. The number of its samples is not known. A script in it can end
 * JMeter with exit code 0, so JMeter must have said that the test ended.
 */
async function ofForeign(evidence: EndingEvidence): Promise<Ending> {
  const { exit, plan, totals, logFile } = evidence;
  if (!exit.saidEnd) return brokenOff('JMeter ended before its test plan ended');
  const failed = await entryOf(logFile, SCRIPT_FAILED);
  if (failed !== null)
    return brokenOff(`JMeter sent a message without its identity or its sample: ${failed}`);
  const dropped = await entryOf(logFile, ROW_DROPPED);
  if (dropped !== null) return brokenOff(`JMeter dropped the sample of a request: ${dropped}`);
  const gap = totals.places.threadWithGap;
  if (gap !== null) return brokenOff(`JMeter wrote no sample for a message of thread ${gap}`);
  const bySignal = endedBySignal(evidence);
  if (bySignal !== null) return bySignal;
  if (totals.statistics.failed > 0) {
    const modes = plan.threadGroups.map(({ onSampleError }) => onSampleError);
    for (const [mode, pattern] of [
      ['stoptestnow', STOPPED_NOW],
      ['stoptest', STOPPED],
    ] as const)
      if (modes.includes(mode) && (await entryOf(logFile, pattern)) !== null)
        return { kind: 'in-order', reason: mode };
  }
  return { kind: 'in-order', reason: 'completed' };
}

function endedBySignal({ stop, interrupt }: EndingEvidence): Ending | null {
  if (interrupt.aborted) return { kind: 'in-order', reason: 'interrupted' };
  return stop.aborted ? { kind: 'in-order', reason: 'stopped' } : null;
}

function byCount(evidence: EndingEvidence): Ending {
  const { plan, totals } = evidence;
  const bySignal = endedBySignal(evidence);
  if (bySignal !== null) return bySignal;
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

/**
 * Returns the first entry of a log that matches the pattern: its first line, and its next line if the entry has one, such as
 * the message of an exception. Null if no line matches, or if the file is missing.
 */
async function entryOf(file: string, pattern: RegExp): Promise<string | null> {
  if (!existsSync(file)) return null;
  let found: string | null = null;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (found !== null) return STARTS_ENTRY.test(line) ? found : `${found} ${line}`;
    if (pattern.test(line)) found = line;
  }
  return found;
}
