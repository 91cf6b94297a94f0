import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { BlastProgress, BlastResult } from '../blast/blast.ts';
import { EXIT_CODES, type ExitCode } from '../error.ts';
import type { Plan } from '../plan/plan.ts';
import type { Progress } from '../process/messages.ts';
import type { ProgressView } from '../report/progress.ts';
import { makeRunFolder, newRunId, type RunFolder, runFiles, runFolder } from '../runs/run-folder.ts';
import type { SummaryRecord } from '../runs/summary-json.ts';
import type { Summariser } from '../samples/summariser.ts';
import type { SummaryReport } from '../samples/summary-report.ts';
import { type Context, qblVersion } from './context.ts';
import { examples, jsonOption, queueOption, runOption, runsOption } from './options.ts';
import { addPlanOptions, planOverrides, type RawPlanOptions } from './plan-options.ts';
import { type StopSignals, stopSignals } from './stop-signals.ts';
import type { Choose } from './work.ts';

type BlastOptions = RawPlanOptions & {
  readonly run?: string;
  readonly runs: string;
  readonly queue?: string;
  readonly allowErrors?: true;
  readonly json?: true;
};

export function blastCommand(choose: Choose): Command {
  const command = new Command('blast')
    .summary('the native generator: sends the plan as JMeter would')
    .description(
      'Sends the plan to its URL: threads with one connection each, loops, ramp-up. One attempt, one sample; nothing is retried and redirects are not followed.',
    );
  return addPlanOptions(command)
    .addOption(runOption('id of the run (default: made from the time)').helpGroup('Run:'))
    .addOption(runsOption().helpGroup('Run:'))
    .addOption(queueOption('noted in the run, for verify to read').helpGroup('Run:'))
    .addOption(new Option('--allow-errors', 'exit 0 although samples failed'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'qbl blast --threads 100 --loops 10',
        'qbl blast --rate 500 --duration 30s --url http://localhost:8080/orders',
      ),
    )
    .action((options: BlastOptions) => choose((context) => blastOnce(options, context)));
}

async function blastOnce(options: BlastOptions, context: Context): Promise<ExitCode> {
  const [{ loadPlan }, { defaultPlan }, runs] = await Promise.all([
    import('../plan/load.ts'),
    import('../plan/packaged.ts'),
    import('../runs/run-json.ts'),
  ]);
  const plan = await loadPlan(options.plan ?? defaultPlan(context.directory), planOverrides(options));
  const queue = await notedQueue(options.queue);
  const folder = runFolder(options.runs, options.run ?? newRunId(new Date()));
  await makeRunFolder(folder);
  const record = await runs.beginRun(folder, { sender: 'blast', plan, queue, qblVersion: qblVersion() });
  const { result, report } = await send(plan, folder, context);
  await runs.endRun(folder, record, result.end, result.statistics.samples);
  const summary = await writeResults(folder, plan, result, report);
  await show(options, context, folder, summary, result);
  if (result.end === 'stopped' || result.end === 'interrupted') return EXIT_CODES.interrupted;
  return result.statistics.failed > 0 && options.allowErrors !== true
    ? EXIT_CODES.checkFailed
    : EXIT_CODES.held;
}

/** The queue's URL as run.json may hold it: without secrets. */
async function notedQueue(url: string | undefined): Promise<string | null> {
  if (url === undefined) return null;
  const { formatQueueUrl, parseQueueUrl } = await import('../queue/url.ts');
  return formatQueueUrl(parseQueueUrl(url));
}

async function send(
  plan: Plan,
  folder: RunFolder,
  context: Context,
): Promise<{ result: BlastResult; report: SummaryReport }> {
  const [{ blast }, { bodyWriters }, { openJtl }, { SummaryReport }, { Summariser }, { progressView }] =
    await Promise.all([
      import('../blast/blast.ts'),
      import('../plan/bodies.ts'),
      import('../samples/jtl-writer.ts'),
      import('../samples/summary-report.ts'),
      import('../samples/summariser.ts'),
      import('../report/progress.ts'),
    ]);
  const report = new SummaryReport();
  const summariser = new Summariser();
  const writer = await openJtl(runFiles(folder).samples);
  const view = progressView(context.err.stream, context.err.target, 'sending');
  const signals: StopSignals = stopSignals(context);
  context.parent?.tell({ type: 'ready', url: null });
  try {
    const result = await blast({
      plan,
      run: folder.id,
      bodyOf: bodyWriters(plan),
      writer,
      signal: signals.stop,
      interruptSignal: signals.interrupt,
      onSample: (sample) => {
        report.add(sample);
        summariser.add(sample);
      },
      onProgress: (progress) => showProgress(progress, context, view, summariser),
    });
    if (!context.err.target.isTTY) for (const line of summariser.end(result.threads)) context.err.line(line);
    return { result, report };
  } finally {
    view.end();
    await writer.close();
  }
}

function showProgress(
  progress: BlastProgress,
  context: Context,
  view: ProgressView,
  summariser: Summariser,
): void {
  const state = progressOf(progress);
  view.update(state);
  context.parent?.tell({ type: 'progress', progress: state });
  if (context.err.target.isTTY) return;
  for (const line of summariser.due(Date.now(), progress.threads)) context.err.line(line);
}

function progressOf({ elapsedMs, statistics, plannedSamples, p99Ms }: BlastProgress): Progress {
  const done = statistics.samples;
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  return { done, total: plannedSamples, perSecond, errors: statistics.failed, p99Ms, elapsedMs };
}

async function writeResults(
  folder: RunFolder,
  plan: Plan,
  result: BlastResult,
  report: SummaryReport,
): Promise<SummaryRecord> {
  const [{ summariseHistogram }, { writeHlog }, { writeSummary }] = await Promise.all([
    import('../samples/histogram.ts'),
    import('../samples/hlog.ts'),
    import('../runs/summary-json.ts'),
  ]);
  const { statistics, latency, intendedLatency, startedMs: startMs, endedMs: endMs } = result;
  const hasSchedule = plan.rate !== null;
  const entries = [{ tag: 'latency', startMs, endMs, histogram: latency }];
  if (hasSchedule) entries.push({ tag: 'intended', startMs, endMs, histogram: intendedLatency });
  await writeHlog(runFiles(folder).latency, entries);
  const summary: SummaryRecord = {
    schema: 'qbl.summary/1',
    run: folder.id,
    rows: [...report.rows(), report.total()],
    statistics: statistics.summary(),
    latencyMs: summariseHistogram(latency),
    intendedLatencyMs: hasSchedule ? summariseHistogram(intendedLatency) : null,
  };
  await writeSummary(folder, summary);
  return summary;
}

async function show(
  options: BlastOptions,
  { out, err, directory }: Context,
  folder: RunFolder,
  summary: SummaryRecord,
  { allRefused }: BlastResult,
): Promise<void> {
  const { blastText } = await import('../report/blast-text.ts');
  const path = relative(directory, folder.path);
  if (options.json) out.line(JSON.stringify({ ...summary, folder: path }));
  else out.line(`${blastText(summary, out.target.columns, out.style)}\n\nRun: ${path}`);
  if (allRefused) err.line(`${err.style.bold('hint:')} nothing listens there: qbl serve starts the proxy`);
}
