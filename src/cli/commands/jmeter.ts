import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import type { JMeter } from '../../jmeter/running/find.ts';
import type { Totals } from '../../jmeter/running/totals.ts';
import { type Plan, plannedMs } from '../../plan/plan.ts';
import { printable } from '../../printable.ts';
import type { Progress } from '../../process/messages.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import { examples } from '../options/options.ts';
import { addSendOptions, planOf, type SendOptions, type Sent, sendRun } from '../sending/send.ts';
import type { StopSignals } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

type JMeterOptions = SendOptions & {
  readonly jmeterHome?: string;
  readonly heap: string;
  readonly report?: true;
  readonly render?: string;
};

export function jmeterCommand(choose: Choose): Command {
  const command = new Command('jmeter').description(
    'Renders the plan as a .jmx file and lets JMeter send it, without its GUI. Messages, samples and summary are as from blast, and verify judges them in the same way.',
  );
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('JMeter:');
  return addSendOptions(command)
    .addOption(option('--jmeter-home <folder>', 'where JMeter is (default: JMETER_HOME, else the PATH)'))
    .addOption(
      option('--heap <size>', 'bound on the heap of JMeter, such as 512m or 4g')
        .default('1g')
        .argParser(heap),
    )
    .addOption(option('--report', "add JMeter's HTML dashboard to the run's folder"))
    .addOption(option('--render <file>', 'write the .jmx file, and send nothing'))
    .addHelpText('after', examples('qbl jmeter --threads 100 --loops 10', 'qbl jmeter --render stress.jmx'))
    .action((options: JMeterOptions) => choose((context) => jmeter(options, context)));
}

function heap(text: string): string {
  if (/^[1-9]\d{0,5}[kmg]$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected a size such as 512m or 4g.');
}

async function jmeter(options: JMeterOptions, context: Context): Promise<ExitCode> {
  const plan = await planOf(options, context);
  if (options.render !== undefined) return render(plan, options.render, context);
  const found = await findFor(plan, options.jmeterHome, context);
  const { folder, sent, exitCode } = await sendRun('jmeter', plan, options, context, (folder, signals) =>
    send(plan, found, folder, signals, options, context),
  );
  if (options.report) await writeReport(sent, found, folder, options, context);
  return exitCode;
}

/** The JMeter that can send this plan; what cannot work is told before a run is begun. */
export async function findFor(plan: Plan, home: string | undefined, { env }: Context): Promise<JMeter> {
  const [{ findJMeter }, { checkRenderable }] = await Promise.all([
    import('../../jmeter/running/find.ts'),
    import('../../jmeter/rendering/limits.ts'),
  ]);
  checkRenderable(plan);
  return findJMeter({ home, env });
}

async function render(plan: Plan, file: string, { err }: Context): Promise<ExitCode> {
  const { renderJmx } = await import('../../jmeter/rendering/render.ts');
  const text = renderJmx(plan, { resultsFile: true });
  // Values of headers are in it: JMeter has to send them.
  await writeFile(file, text, { mode: 0o600 }).catch((error) => {
    throw new QblError('environment', `cannot write ${file}: ${error.message}`);
  });
  err.line(`written: ${file}`);
  return EXIT_CODES.held;
}

async function send(
  plan: Plan,
  found: JMeter,
  folder: RunFolder,
  signals: StopSignals,
  { heap, redact = [] }: JMeterOptions,
  context: Context,
): Promise<Sent> {
  const [{ runJMeter }, { progressView }, { percentileMs }] = await Promise.all([
    import('../../jmeter/jmeter.ts'),
    import('../../report/progress/progress.ts'),
    import('../../samples/latency/histogram.ts'),
  ]);
  const { err, parent, directory, env } = context;
  const view = progressView(err.stream, err.target, 'sending');
  signals.stop.addEventListener('abort', () =>
    view.note('stopping: no more is sent, what is in flight is finished (again to stop at once)'),
  );
  parent?.tell({ type: 'ready', url: null });
  try {
    const { totals, ending } = await runJMeter({
      ...signals,
      plan,
      run: folder.id,
      jmeter: found,
      heap,
      redact,
      directory,
      env,
      samplesFile: runFiles(folder).samples,
      logFile: runFiles(folder).log('apache-jmeter'),
      onLine: (line) => {
        if (!err.target.isTTY && line.startsWith('summary ')) err.line(printable(line));
      },
      onProgress: (totals, total) => {
        const progress = progressOf(totals, total, plannedMs(plan), percentileMs(totals.latency, 99));
        view.update(progress);
        parent?.tell({ type: 'progress', progress });
      },
    });
    const { statistics, report, latency, sendTimes, startedMs, endedMs } = totals;
    return { statistics, report, latency, sendTimes, startedMs, endedMs, ending, intendedLatency: null };
  } finally {
    view.end();
  }
}

function progressOf(totals: Totals, total: number | null, totalMs: number | null, p99Ms: number): Progress {
  const { samples: done, failed: errors } = totals.statistics;
  const elapsedMs = Math.max(1, Date.now() - totals.startedMs);
  return { done, total, totalMs, perSecond: (done / elapsedMs) * 1000, errors, p99Ms, elapsedMs };
}

async function writeReport(
  { startedMs, endedMs }: Sent,
  jmeter: JMeter,
  folder: RunFolder,
  { heap }: JMeterOptions,
  { directory, env, err }: Context,
): Promise<void> {
  const { writeDashboard } = await import('../../jmeter/running/dashboard.ts');
  const { samples, log } = runFiles(folder);
  await writeDashboard({
    jmeter,
    heap,
    directory,
    env,
    samplesFile: samples,
    logFile: log('apache-jmeter-dashboard'),
    folder: join(folder.path, 'dashboard'),
    spanMs: endedMs - startedMs,
  });
  err.line(`dashboard: ${join(folder.path, 'dashboard', 'index.html')}`);
}
