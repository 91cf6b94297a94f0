import { basename, relative } from 'node:path';
import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../error.ts';
import { DEFAULT_QUEUE_URL } from '../queue/url.ts';
import { newestRun, newRunId, type RunFolder, runFolder } from '../runs/run-folder.ts';
import type { VerifyOptions as EngineOptions } from '../verify/options.ts';
import type { VerifyResult } from '../verify/result.ts';
import type { Context } from './context.ts';
import { examples, jsonOption, queueOption, runOption, runsOption } from './options.ts';
import { durationMs, positiveDurationMs, status } from './parsers.ts';
import { type StopSignals, stopSignals } from './stop-signals.ts';
import type { Choose } from './work.ts';

export interface VerifyOptions {
  readonly run?: string;
  readonly runs: string;
  readonly jtl?: string;
  readonly follow?: true;
  readonly queue?: string;
  readonly exactlyOnce?: true;
  readonly ordered?: true;
  readonly rejectedStatus?: readonly number[];
  readonly settle: number;
  readonly deadline: number;
  readonly json?: true;
}

export function verifyCommand(choose: Choose): Command {
  const command: Command = new Command('verify')
    .summary('read the queue and judge whether every acked message arrived')
    .description(
      'Holds the samples of a run against what the queue has, and gives the verdict: pass, fail or unknown.',
    )
    .argument('[run]', 'a run by its id or its folder (default: the newest)')
    .addOption(
      queueOption(
        'where to read (default: the queue that the run knows, else kafka://localhost:9092/stress-topic)',
      ),
    )
    .addOption(
      new Option('--follow', 'open the reader now, before the first send, and judge when the sender ends'),
    )
    .addOption(runOption('id of the run that is to be followed, or that a --jtl is of'))
    .addOption(new Option('--jtl <file>', 'samples from a file of your own, with --run'))
    .addOption(runsOption())
    .addOption(jsonOption());
  return addRules(command)
    .addHelpText(
      'after',
      examples('qbl verify', 'qbl verify runs/20260101-120000-ab12 --json', 'qbl verify --follow --run mine'),
    )
    .action((run: string | undefined, options: VerifyOptions) => {
      const queueIsExplicit = command.getOptionValueSource('queue') === 'cli';
      choose((context) => verify(run, options, queueIsExplicit, context));
    });
}

/** What counts as a failure, and how long to look; `run` passes these on. */
export function addRules(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('Rules:');
  return command
    .addOption(option('--exactly-once', 'a duplicate is a failure'))
    .addOption(option('--ordered', "a thread's messages out of order within a partition are a failure"))
    .addOption(
      option(
        '--rejected-status <status>',
        'a status that means a definite no at your endpoint; may be repeated',
      ).argParser(status),
    )
    .addOption(
      option('--settle <time>', 'how long something may be missing without progress before it is lost')
        .default(10_000, '10s')
        .argParser(durationMs),
    )
    .addOption(
      option('--deadline <time>', 'bound on the reading after the last send')
        .default(600_000, '10m')
        .argParser(positiveDurationMs),
    );
}

async function verify(
  run: string | undefined,
  options: VerifyOptions,
  queueIsExplicit: boolean,
  context: Context,
): Promise<ExitCode> {
  const folder = await chosenRun(run, options);
  const [{ openQueue }, { writeVerification }] = await Promise.all([
    import('../queue/open.ts'),
    import('../runs/verify-json.ts'),
  ]);
  const queue = await openQueue(await queueUrl(folder, options, queueIsExplicit));
  const startedAtMs = Date.now();
  const signals = stopSignals(context);
  try {
    const engineOptions = { ...engineDefaults(folder, options, context), queue };
    const result = options.follow
      ? await follow(engineOptions, signals, context)
      : await replay(engineOptions, signals);
    if (options.jtl === undefined)
      await writeVerification(folder, result.record, result.histogram, startedAtMs);
    await show(result, options, context, folder);
    return signals.stop.aborted && !options.follow ? EXIT_CODES.interrupted : verdictCode(result);
  } finally {
    await queue.close();
  }
}

async function chosenRun(
  run: string | undefined,
  { runs, run: id, jtl, follow }: VerifyOptions,
): Promise<RunFolder> {
  if (run !== undefined && id !== undefined && run !== id) {
    throw new QblError('usage', `two runs are named, ${run} and ${id}: expected one`);
  }
  const named = run ?? id;
  if (jtl !== undefined && named === undefined) {
    throw new QblError('usage', '--jtl needs --run: the id that the messages carry');
  }
  if (follow) return runFolder(runs, named ?? newRunId(new Date()));
  return named === undefined ? newestRun(runs) : runFolder(runs, named);
}

async function queueUrl(folder: RunFolder, { queue }: VerifyOptions, isExplicit: boolean): Promise<string> {
  const { readRun } = await import('../runs/run-json.ts');
  const known = isExplicit ? null : (readRun(folder)?.queue ?? null);
  return known ?? queue ?? DEFAULT_QUEUE_URL;
}

function engineDefaults(
  folder: RunFolder,
  options: VerifyOptions,
  context: Context,
): Omit<EngineOptions, 'queue' | 'signal'> {
  return {
    folder,
    samplesFile: options.jtl ?? null,
    rules: { exactlyOnce: options.exactlyOnce === true, ordered: options.ordered === true },
    rejectedStatuses: new Set(options.rejectedStatus),
    settleMs: options.settle,
    deadlineMs: options.deadline,
    onProgress: () => {},
    log: (line) => context.err.line(line),
  };
}

type WithoutSignal = Omit<EngineOptions, 'signal'>;

async function replay(options: WithoutSignal, { stop }: StopSignals): Promise<VerifyResult> {
  const { verifyByReplay } = await import('../verify/replay.ts');
  return verifyByReplay({ ...options, signal: stop });
}

async function follow(
  options: WithoutSignal,
  { stop, interrupt }: StopSignals,
  context: Context,
): Promise<VerifyResult> {
  const { verifyByTap } = await import('../verify/follow.ts');
  const { id } = options.folder;
  return verifyByTap({
    ...options,
    signal: interrupt,
    stop,
    onOpen: () => {
      context.err.line(`following ${options.queue.url}; send with: qbl blast --run ${id}`);
      context.parent?.tell({ type: 'ready', url: null });
    },
  });
}

async function show(
  { record, histogram }: VerifyResult,
  options: VerifyOptions,
  { out, directory }: Context,
  folder: RunFolder,
): Promise<void> {
  if (options.json) return out.line(JSON.stringify(record));
  const { verifyText } = await import('../report/verify-text.ts');
  const where =
    options.jtl === undefined
      ? `Run: ${relative(directory, folder.path)}`
      : `Samples: ${basename(options.jtl)}`;
  out.line(`${verifyText(record, histogram, out.style)}\n${where}`);
}

function verdictCode({ record }: VerifyResult): ExitCode {
  const codes = { pass: EXIT_CODES.held, fail: EXIT_CODES.checkFailed, unknown: EXIT_CODES.inconclusive };
  return codes[record.verdict];
}
