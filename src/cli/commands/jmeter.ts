import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import type { JMeter } from '../../jmeter/running/find.ts';
import type { Totals } from '../../jmeter/running/totals.ts';
import type { LoadedPlan } from '../../plan/load.ts';
import { usesTokens } from '../../plan/placements.ts';
import type { Plan } from '../../plan/plan.ts';
import { plannedMs } from '../../plan/schedule.ts';
import { printable } from '../../printable.ts';
import { writePrivate } from '../../private-file.ts';
import type { Progress } from '../../process/messages.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import { addJMeterOptions, type JMeterCommandOptions } from '../options/jmeter-options.ts';
import { examples } from '../options/shared/examples.ts';
import { findJMeterFor } from '../sending/find-jmeter.ts';
import { loadedPlanOf, planFor } from '../sending/plan-to-send.ts';
import { type BegunRun, type Sent, sendRun } from '../sending/send.ts';
import type { Choose } from '../work.ts';

export function jmeterCommand(choose: Choose): Command {
  const command = new Command('jmeter').description(
    'Sends the plan with JMeter, without its GUI. JMeter runs a .jmx plan unchanged, except for the identity of the messages and a listener. qbl converts any other plan to a .jmx file. The result files are the same as those of qbl blast, so qbl verify can judge them.',
  );
  return addJMeterOptions(command)
    .addHelpText(
      'after',
      examples(
        'qbl jmeter --threads 100 --loops 10',
        'qbl jmeter --plan orders.jmx -J host=localhost',
        'qbl jmeter --render stress.jmx',
      ),
    )
    .action((options: JMeterCommandOptions) => choose((context) => jmeter(options, context)));
}

async function jmeter(options: JMeterCommandOptions, context: Context): Promise<ExitCode> {
  const program = options.render === undefined ? 'jmeter' : 'qbl';
  const loaded = await loadedPlanOf(options, context, program);
  const plan = planFor(options, loaded.plan);
  if (options.render !== undefined) return render(plan, options.render, context);
  const found = await findJMeterFor({ ...loaded, plan }, options.jmeterHome, context);
  const { folder, sent, exitCode } = await sendRun('jmeter', plan, options, context, (begun) =>
    send({ ...loaded, plan }, found, begun, options, context),
  );
  if (options.report) await writeReport(sent, found, folder, options, context);
  return exitCode;
}

async function render(plan: Plan, file: string, { err }: Context): Promise<ExitCode> {
  if (usesTokens(plan)) {
    throw new QblError(
      'usage',
      '--render: a plan with tokens cannot be rendered, because each token names its run',
      {
        hint: 'Send the plan with qbl jmeter without --render, or put the identity into the body (--identity body).',
      },
    );
  }
  const { renderJmx } = await import('../../jmeter/rendering/render.ts');
  const text = renderJmx(plan, { forUser: true });
  // The file contains the header values, which can be secret. JMeter needs these values to send.
  await writePrivate(file, text).catch((error) => {
    throw new QblError('environment', `cannot write ${file}: ${error.message}`);
  });
  err.line(`written: ${file}`);
  return EXIT_CODES.held;
}

async function send(
  { plan, foreign }: LoadedPlan,
  found: JMeter,
  { folder, record, signals }: BegunRun,
  { heap, redact = [] }: JMeterCommandOptions,
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
    view.note(
      'stopping: sending has ended, requests in flight are finished (press Ctrl-C again to stop at once)',
    ),
  );
  parent?.tell({ type: 'ready', url: null });
  try {
    const { totals, ending } = await runJMeter({
      ...signals,
      plan,
      foreign,
      run: folder.id,
      startedAtMs: record.startedAtMs,
      jmeter: found,
      heap,
      redact,
      directory,
      env,
      samplesFile: runFiles(folder).samples,
      jmeterResultsFile: runFiles(folder).jmeterResults,
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
    const { statistics, report, latency, sendTimes, ackTimes, startedMs, endedMs } = totals;
    return {
      statistics,
      report,
      latency,
      sendTimes,
      ackTimes,
      startedMs,
      // The schedule in JMeter begins with the first request.
      dueFromMs: startedMs,
      stoppedMs: signals.stoppedMs,
      endedMs,
      ending,
      intendedLatency: null,
    };
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
  { heap }: JMeterCommandOptions,
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
