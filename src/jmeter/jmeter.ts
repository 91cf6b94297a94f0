import { existsSync, lstatSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QblError } from '../error.ts';
import { makeTemporaryFolder } from '../folders.ts';
import { type Plan, plannedSamples, sampleColumns } from '../plan/plan.ts';
import { hasSecretUrl } from '../runs/secrets.ts';
import { sampleVariables } from '../samples/jtl/jtl-columns.ts';
import { readJtl } from '../samples/jtl/jtl-reader.ts';
import { renderJmx } from './rendering/render.ts';
import { type Ending, endingOf } from './running/ending.ts';
import type { JMeter } from './running/find.ts';
import { endText, freeUdpPort, type JMeterExit, JMeterProcess } from './running/process.ts';
import { propertyArguments } from './running/settings.ts';
import { passOnSignals, type Signals } from './running/stopping.ts';
import { Totals } from './running/totals.ts';

export interface JMeterOptions extends Signals {
  readonly plan: Plan;
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
  const plan = renderJmx(options.plan, { forUser: false });
  // The folder is private to this user, because headers can contain passwords.
  const folder = await makeTemporaryFolder('qbl-jmeter-');
  try {
    const file = join(folder, 'plan.jmx');
    await writeFile(file, plan);
    return await runFile(file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Refuses a samples file that exists, and a log file that is a symbolic link. JMeter writes through a link,
 * even if its target does not exist.
 */
function refuseFiles({ samplesFile, logFile }: JMeterOptions): void {
  const [samples, log] = [samplesFile, logFile].map((file) => lstatSync(file, { throwIfNoEntry: false }));
  if (samples !== undefined) {
    throw new QblError(
      'usage',
      `${samplesFile} already exists, and JMeter would append to it: choose another file`,
    );
  }
  if (log?.isSymbolicLink()) {
    throw new QblError(
      'usage',
      `${logFile} is a symbolic link, and JMeter would write through it: choose another file`,
    );
  }
}

async function runFile(file: string, options: JMeterOptions): Promise<JMeterResult> {
  const port = await freeUdpPort();
  const process = new JMeterProcess({ ...options, args: commandLine(file, port, options) });
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

function commandLine(file: string, port: number, options: JMeterOptions): string[] {
  const { run, startedAtMs, samplesFile, logFile, plan, redact } = options;
  const properties = propertyArguments({
    run,
    startedAt: startedAtMs,
    sample_variables: sampleVariables(sampleColumns(plan)).join(','),
    // JMeter cannot mask a part of a URL. So if a URL has secrets, JMeter writes no URL at all.
    'jmeter.save.saveservice.url': String(!hasSecretUrl(plan, redact)),
    'jmeterengine.nongui.port': port,
    'jmeterengine.nongui.maxport': port,
  });
  return ['-n', '-t', file, '-l', samplesFile, '-j', logFile, ...properties];
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

function neverSent({ code, lastLines }: JMeterExit, { logFile, stop }: JMeterOptions): QblError {
  if (stop.aborted) return new QblError('interrupted', 'stopped before anything was sent');
  return new QblError('environment', `${endText(code)} and sent nothing: ${lastLines}`, {
    hint: `See ${logFile} for details.`,
  });
}
