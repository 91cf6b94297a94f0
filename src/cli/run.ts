import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../error.ts';
import { parseQueueUrl } from '../queue/url.ts';
import { newRunId, type RunFolder, runFiles, runFolder } from '../runs/run-folder.ts';
import type { SummaryRecord } from '../runs/summary-json.ts';
import type { VerifyRecord } from '../runs/verify-json.ts';
import type { Context } from './context.ts';
import { findFor } from './jmeter.ts';
import { examples, jsonOption, queueConfigOption, queueOption, runOption, runsOption } from './options.ts';
import { addPlanOptions, planArguments, type RawPlanOptions } from './plan-options.ts';
import { planOf } from './send.ts';
import { stopSignals } from './stop-signals.ts';
import { addRules, type VerifyOptions } from './verify.ts';
import type { Choose } from './work.ts';

type RunOptions = RawPlanOptions &
  Pick<VerifyOptions, 'exactlyOnce' | 'ordered' | 'rejectedStatus' | 'settle' | 'deadline'> & {
    readonly run?: string;
    readonly runs: string;
    readonly queue?: string;
    readonly queueConfig?: string;
    readonly url?: string;
    readonly with: 'blast' | 'jmeter';
    readonly keep?: true;
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
    .addOption(jsonOption());
  return addRules(addPlanOptions(command))
    .addHelpText(
      'after',
      examples(
        'qbl run',
        'qbl run --threads 50 --duration 10s --rate 2000',
        'qbl run --queue kafka://localhost/orders --url http://localhost:8080/orders',
      ),
    )
    .action((options: RunOptions) => choose((context) => runOnce(options, context)));
}

async function runOnce(options: RunOptions, context: Context): Promise<ExitCode> {
  const [{ run }, { progressView }] = await Promise.all([
    import('../run/run.ts'),
    import('../report/progress.ts'),
  ]);
  const { directory, env, err } = context;
  // What is wrong is told before anything is started.
  const plan = await planOf(options, context);
  if (options.queue !== undefined) parseQueueUrl(options.queue);
  else if (options.url !== undefined) throw noQueue();
  if (options.with === 'jmeter') await findFor(plan, undefined, context);
  const folder = runFolder(options.runs, options.run ?? newRunId(new Date()));
  const { url, ...withoutUrl } = options;
  const { stop, interrupt } = stopSignals(context);
  const view = progressView(err.stream, err.target, 'sending');
  stop.addEventListener('abort', () =>
    view.note('stopping: no more is sent, what was sent is verified (again to stop at once)'),
  );
  try {
    const { verifyExitCode } = await run({
      folder,
      runsDirectory: resolve(directory, options.runs),
      queue: options.queue ?? null,
      url: url ?? null,
      sender: options.with,
      planArguments: planArguments(withoutUrl),
      ruleArguments: ruleArguments(options),
      keep: options.keep === true,
      directory,
      env: childEnv(options, env),
      stop,
      interrupt,
      onProgress: (progress) => view.update(progress),
      onNote: (line) => view.note(err.style.dim(line)),
    });
    view.end();
    await show(options, context, folder, verifyExitCode);
    return stop.aborted ? EXIT_CODES.interrupted : exitCodeFrom(verifyExitCode);
  } finally {
    view.end();
  }
}

function noQueue(): QblError {
  return new QblError('usage', '--url needs --queue: where that endpoint puts its messages', {
    hint: 'For example --queue kafka://localhost:9092/stress-topic. Without both, qbl run starts its own.',
  });
}

/**
 * The settings of a queue that is there reach the processes by the environment, which shows them to nobody else;
 * those of another queue must not reach a broker of our own.
 */
function childEnv({ queue, queueConfig }: RunOptions, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (queue === undefined)
    return Object.fromEntries(Object.entries(env).filter(([name]) => !isQueueSetting(name)));
  return queueConfig === undefined ? env : { ...env, QBL_QUEUE_CONFIG: resolve(queueConfig) };
}

function isQueueSetting(name: string): boolean {
  return name === 'QBL_QUEUE_CONFIG' || name.startsWith('QBL_KAFKA_');
}

function ruleArguments(options: RunOptions): string[] {
  return [
    ...(options.exactlyOnce ? ['--exactly-once'] : []),
    ...(options.ordered ? ['--ordered'] : []),
    ...(options.rejectedStatus ?? []).flatMap((status) => ['--rejected-status', String(status)]),
    ...['--settle', `${options.settle}ms`, '--deadline', `${options.deadline}ms`],
  ];
}

async function show(
  options: RunOptions,
  { out, directory }: Context,
  folder: RunFolder,
  verifyExitCode: number | null,
): Promise<void> {
  const files = runFiles(folder);
  const verification = await readJson<VerifyRecord>(files.verify);
  if (verification === null) {
    const log = relative(directory, files.log('verify'));
    throw new QblError('environment', `verify ended with ${verifyExitCode ?? 'a signal'} and no verdict`, {
      hint: `${log} tells why.`,
    });
  }
  if (options.json) return out.line(JSON.stringify(verification));
  const [{ blastText }, { verifyText }, { readHlog }] = await Promise.all([
    import('../report/blast-text.ts'),
    import('../report/verify-text.ts'),
    import('../samples/hlog.ts'),
  ]);
  const summary = await readJson<SummaryRecord>(files.summary);
  const [endToEnd] = await readHlog(files.endToEnd);
  if (summary !== null) out.line(`${blastText(summary, out.target.columns, out.style)}\n`);
  if (endToEnd !== undefined) out.line(verifyText(verification, endToEnd.histogram, out.style));
  out.line(`Run: ${relative(directory, folder.path)}`);
}

/** A file that a process of this run wrote; null when it did not come so far. */
async function readJson<T>(file: string): Promise<T | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as T);
}

const PASSED_ON: readonly ExitCode[] = Object.values(EXIT_CODES);

function exitCodeFrom(code: number | null): ExitCode {
  return PASSED_ON.find((known) => known === code) ?? EXIT_CODES.bug;
}
