import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../error.ts';
import { parseQueueUrl } from '../queue/url.ts';
import type { LivePage } from '../report/live/live-page.ts';
import type { RunService } from '../run/service.ts';
import type { CompareRecord } from '../runs/compare-json.ts';
import { newRunId, type RunFolder, runFiles, runFolder, siblingRun } from '../runs/run-folder.ts';
import { addCiOptions } from './ci-files.ts';
import type { Context } from './context.ts';
import { mustNotBeGiven } from './given.ts';
import { findFor } from './jmeter.ts';
import {
  examples,
  jsonOption,
  queueConfigOption,
  queueOption,
  redactOption,
  runOption,
  runsOption,
  traceOption,
} from './options.ts';
import { port, wholeNumber } from './parsers.ts';
import { addPlanOptions, planArguments, type RawPlanOptions } from './plan-options.ts';
import { childEnv, type RuleOptions, ruleArguments, traceArguments } from './run-children.ts';
import { checkReportOptions, type RunReportOptions, writeReports } from './run-reports.ts';
import { type ServiceRunOptions, servicesOf } from './run-service.ts';
import { planOf } from './send.ts';
import { addRunServiceOptions } from './service-options.ts';
import { type StopSignals, stopSignals } from './stop-signals.ts';
import { addRules } from './verify.ts';
import type { Choose } from './work.ts';

type RunOptions = RawPlanOptions &
  ServiceRunOptions &
  RunReportOptions &
  RuleOptions & {
    readonly run?: string;
    readonly runs: string;
    readonly queue?: string;
    readonly queueConfig?: string;
    readonly url?: string;
    readonly with: 'blast' | 'jmeter';
    readonly trace: number;
    readonly redact?: readonly string[];
    readonly keep?: true;
    /** The port; 0 for a free one. */
    readonly live?: number;
    readonly json?: true;
  };

export function runCommand(choose: Choose): Command {
  const command = new Command('run')
    .summary('the whole experiment: queue, proxy, load and proof')
    .description(
      'Starts an embedded broker and the proxy on free ports, opens a tap, sends the plan, and judges whether every message arrived. Each part is a process of its own and can be replaced: --queue and --url name parts that are there already.',
    )
    .addOption(queueOption('use this queue and start no broker'))
    .addOption(queueConfigOption())
    .addOption(
      new Option('--with <sender>', 'what sends the plan').choices(['blast', 'jmeter']).default('blast'),
    )
    .addOption(new Option('--keep', 'leave broker and proxy running'))
    .addOption(runOption('id of the run (default: made from the time)').helpGroup('Run:'))
    .addOption(runsOption().helpGroup('Run:'))
    .addOption(traceOption())
    .addOption(redactOption())
    .addOption(
      new Option('--keep-runs <n>', 'remove the folders of older finished runs until so many are left')
        .argParser(wholeNumber(1, 1_000_000))
        .helpGroup('Run:'),
    )
    .addOption(
      new Option('--live [port]', 'serve the report to browsers of this machine while the run goes on')
        .argParser(port)
        .preset('0')
        .helpGroup('Run:'),
    )
    .addOption(jsonOption());
  return addCiOptions(addRules(addRunServiceOptions(addPlanOptions(command))))
    .addHelpText(
      'after',
      examples(
        'qbl run',
        'qbl run --threads 50 --duration 10s --rate 2000',
        'qbl run --queue kafka://localhost/orders --url http://localhost:8080/orders',
        'qbl run --service-rate 200 --compare direct',
      ),
    )
    .action((options: RunOptions) => choose((context) => runAll(options, command, context)));
}

/** @throws QblError 'usage' for an option without what it is about */
function checkOptions({ queue, url, with: sender }: RunOptions, command: Command): void {
  if (queue !== undefined) parseQueueUrl(queue);
  else if (url !== undefined) throw noQueue();
  else mustNotBeGiven(command, ['--queue-config'], 'is about the queue that --queue names');
  if (sender === 'jmeter') mustNotBeGiven(command, ['--trace'], 'is for --with blast: JMeter keeps none');
}

/** One run, or one for each number of instances; the exit code is that of the first that did not hold. */
async function runAll(options: RunOptions, command: Command, context: Context): Promise<ExitCode> {
  // What is wrong is told before anything is started.
  checkOptions(options, command);
  const services = servicesOf(options, command);
  const plan = await planOf(options, context);
  if (options.with === 'jmeter') await findFor(plan, undefined, context);
  checkReportOptions(options, services.length);
  const first = runFolder(options.runs, options.run ?? newRunId(new Date()));
  const signals = stopSignals(context);
  let exitCode: ExitCode = EXIT_CODES.held;
  const scaled: Scaled[] = [];
  for (const service of services) {
    const folder = services.length === 1 ? first : siblingRun(first, `x${service?.instances}`);
    const ended = await runOnce(options, service, folder, signals, context);
    if (exitCode === EXIT_CODES.held) exitCode = ended.exitCode;
    if (ended.comparison !== null) scaled.push({ instances: service?.instances ?? 1, ...ended.comparison });
    if (signals.stop.aborted) break;
  }
  if (scaled.length > 1 && !options.json) {
    const { scalingText } = await import('../report/compare-text.ts');
    context.out.line(`\n${scalingText(scaled, context.out.style)}`);
  }
  return exitCode;
}

type Scaled = CompareRecord & { readonly instances: number };

interface EndedRun {
  readonly exitCode: ExitCode;
  readonly comparison: CompareRecord | null;
}

async function runOnce(
  options: RunOptions,
  service: RunService | null,
  folder: RunFolder,
  { stop, interrupt }: StopSignals,
  context: Context,
): Promise<EndedRun> {
  const [{ run }, { progressView }, { serviceLine }] = await Promise.all([
    import('../run/run.ts'),
    import('../report/progress.ts'),
    import('../report/service-text.ts'),
  ]);
  const { directory, err } = context;
  const { url, ...withoutUrl } = options;
  const view = progressView(err.stream, err.target, 'sending');
  stop.addEventListener('abort', () =>
    view.note('stopping: no more is sent, what was sent is verified (again to stop at once)'),
  );
  let shownAtMs = 0;
  const live = await openLive(options, folder);
  if (live !== null) view.note(`live    ${live.url}`);
  try {
    const { verifyExitCode, comparison } = await run({
      folder,
      runsDirectory: resolve(directory, options.runs),
      queue: options.queue ?? null,
      url: url ?? null,
      sender: options.with,
      planArguments: [...planArguments(withoutUrl), ...traceArguments(options)],
      ruleArguments: ruleArguments(options),
      deadlineMs: options.deadline,
      service,
      keep: options.keep === true,
      directory,
      env: childEnv(options, context),
      stop,
      interrupt,
      onProgress: (progress) => view.update(progress),
      onServiceProgress: (progress) => {
        if (performance.now() - shownAtMs < SERVICE_LINE_EVERY_MS) return;
        shownAtMs = performance.now();
        view.note(err.style.dim(serviceLine(progress)));
      },
      onNote: (line) => view.note(err.style.dim(line)),
    });
    view.end();
    await show(options, context, folder, verifyExitCode, comparison);
    await writeReports(options, context, folder);
    const exitCode = stop.aborted ? EXIT_CODES.interrupted : exitCodeFrom(verifyExitCode);
    return { exitCode, comparison };
  } finally {
    view.end();
    await live?.close();
  }
}

async function openLive({ live }: RunOptions, folder: RunFolder): Promise<LivePage | null> {
  if (live === undefined) return null;
  const { openLivePage } = await import('../report/live/live-page.ts');
  return openLivePage(folder, live);
}

/** How often a line tells how the service stands. */
const SERVICE_LINE_EVERY_MS = 2_000;

function noQueue(): QblError {
  return new QblError('usage', '--url needs --queue: where that endpoint puts its messages', {
    hint: 'For example --queue kafka://localhost:9092/stress-topic. Without both, qbl run starts its own.',
  });
}

async function show(
  options: RunOptions,
  { out, directory }: Context,
  folder: RunFolder,
  verifyExitCode: number | null,
  comparison: CompareRecord | null,
): Promise<void> {
  const files = runFiles(folder);
  const [{ readSummary }, { readVerification }] = await Promise.all([
    import('../runs/summary-json.ts'),
    import('../runs/verify-json.ts'),
  ]);
  const verification = await readVerification(folder);
  if (verification === null) {
    const log = relative(directory, files.log('verify'));
    throw new QblError('environment', `verify ended with ${verifyExitCode ?? 'a signal'} and no verdict`, {
      hint: `${log} tells why.`,
    });
  }
  if (options.json) {
    const record = comparison === null ? verification : { ...verification, comparison };
    return out.line(JSON.stringify(record));
  }
  const [{ blastText }, { verifyText }, { readHlog }] = await Promise.all([
    import('../report/blast-text.ts'),
    import('../report/verify-text.ts'),
    import('../samples/hlog.ts'),
  ]);
  const summary = await readSummary(folder);
  const [endToEnd] = await readHlog(files.endToEnd);
  if (summary !== null) out.line(`${blastText(summary, out.target.columns, out.style)}\n`);
  if (endToEnd !== undefined) out.line(verifyText(verification, endToEnd.histogram, out.style));
  if (comparison !== null) {
    const { compareText } = await import('../report/compare-text.ts');
    out.line(`\n${compareText(comparison, out.style)}\n`);
  }
  out.line(`Run: ${relative(directory, folder.path)}`);
}

const PASSED_ON: readonly ExitCode[] = Object.values(EXIT_CODES);

function exitCodeFrom(code: number | null): ExitCode {
  return PASSED_ON.find((known) => known === code) ?? EXIT_CODES.bug;
}
