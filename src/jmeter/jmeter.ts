import { existsSync, lstatSync } from 'node:fs';
import { QblError } from '../error.ts';
import type { ForeignPlan } from '../plan/jmx/foreign.ts';
import { type Plan, plannedSamples } from '../plan/plan.ts';
import { readJtl } from '../samples/jtl/jtl-reader.ts';
import { type Ending, endingOf } from './running/ending.ts';
import type { JMeter } from './running/find.ts';
import { endText, freeUdpPort, type JMeterExit, JMeterProcess } from './running/process.ts';
import { propertyArguments } from './running/settings.ts';
import { passOnSignals, type Signals } from './running/stopping.ts';
import { Totals } from './running/totals.ts';
import { type Script, writeScript } from './script.ts';

export interface JMeterOptions extends Signals {
  readonly plan: Plan;
  /** The test plan, if JMeter runs it unchanged. Null if qbl writes the plan for JMeter. */
  readonly foreign: ForeignPlan | null;
  /** The run's ID, which every message carries. */
  readonly run: string;
  /**
   * Start of the run in epoch milliseconds. Tokens contain this time, so two runs with the same id have different
   * tokens.
   */
  readonly startedAtMs: number;
  readonly jmeter: JMeter;
  /** Maximum heap of the Java virtual machine, as in `-Xmx`. */
  readonly heap: string;
  /** Names of further URL parameters whose values are secret. */
  readonly redact: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Files that JMeter writes. They must not exist yet. */
  readonly samplesFile: string;
  /** Only JMeter's result of a test plan that JMeter runs unchanged. */
  readonly jmeterResultsFile: string;
  readonly logFile: string;
  readonly onLine: (line: string) => void;
  /** Called several times per second while samples arrive. */
  readonly onProgress: (totals: Totals, plannedSamples: number | null) => void;
}

export interface JMeterResult {
  readonly ending: Ending;
  readonly totals: Totals;
}

/**
 * Runs the plan with JMeter. The result comes from the samples that JMeter wrote.
 * @throws QblError 'usage' if JMeter cannot run the plan, 'environment' if JMeter does not start
 */
export async function runJMeter(options: JMeterOptions): Promise<JMeterResult> {
  refuseFiles(options);
  const script = await writeScript(options);
  try {
    return await runScript(script, options);
  } finally {
    await script.remove();
  }
}

/**
 * Refuses a file with samples that exists, and a log file that is a symbolic link. JMeter writes through a link,
 * even if its target does not exist.
 */
function refuseFiles({ samplesFile, jmeterResultsFile, logFile }: JMeterOptions): void {
  const existing = [samplesFile, jmeterResultsFile].find((file) => statsOf(file) !== undefined);
  if (existing !== undefined) {
    throw new QblError(
      'usage',
      `${existing} already exists, and JMeter would append to it: choose another file`,
    );
  }
  if (statsOf(logFile)?.isSymbolicLink()) {
    throw new QblError(
      'usage',
      `${logFile} is a symbolic link, and JMeter would write through it: choose another file`,
    );
  }
}

function statsOf(file: string) {
  return lstatSync(file, { throwIfNoEntry: false });
}

async function runScript(script: Script, options: JMeterOptions): Promise<JMeterResult> {
  const port = await freeUdpPort();
  const process = new JMeterProcess({ ...options, args: commandLine(script, port, options) });
  passOnSignals(process, port, options);
  const writerEnded = new AbortController();
  const exited = process.exited.finally(() => writerEnded.abort());
  const samples = sumUp(options, writerEnded.signal);
  samples.catch(process.kill);
  const [exit, samplesRead] = await Promise.allSettled([exited, samples]);
  if (exit.status === 'rejected') throw exit.reason;
  if (!existsSync(options.samplesFile)) throw neverSent(exit.value, options);
  if (samplesRead.status === 'rejected') throw samplesRead.reason;
  const { totals, torn } = samplesRead.value;
  return { totals, ending: await endingOf({ ...options, exit: exit.value, totals, torn }) };
}

function commandLine(script: Script, port: number, { logFile }: JMeterOptions): string[] {
  const properties = propertyArguments({
    ...script.properties,
    'jmeterengine.nongui.port': port,
    'jmeterengine.nongui.maxport': port,
  });
  const ofUser = script.propertiesFile === null ? [] : ['-q', script.propertiesFile];
  return ['-n', '-t', script.file, '-l', script.resultsFile, '-j', logFile, ...ofUser, ...properties];
}

async function sumUp(
  { samplesFile, plan, onProgress }: JMeterOptions,
  writerEnded: AbortSignal,
): Promise<{ totals: Totals; torn: boolean }> {
  const totals = new Totals();
  const planned = plannedSamples(plan);
  let torn = false;
  for await (const rows of readJtl(samplesFile, { writerEnded, onTorn: () => (torn = true) })) {
    for (const row of rows) totals.add(row);
    onProgress(totals, planned);
  }
  return { totals, torn };
}

function neverSent({ code, lastLines, cause }: JMeterExit, { logFile, stop }: JMeterOptions): QblError {
  if (stop.aborted) return new QblError('interrupted', 'stopped before anything was sent');
  if (cause !== null)
    return new QblError('environment', `JMeter could not load the test plan: ${cause}`, {
      hint: 'If the class belongs to a plug-in, copy the plug-in into the folder lib/ext of JMeter.',
    });
  return new QblError('environment', `${endText(code)} and sent nothing: ${lastLines}`, {
    hint: `See ${logFile} for details.`,
  });
}
