import { Command } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import { printable } from '../../printable.ts';
import type { VerifyProgress } from '../../process/messages.ts';
import { keepHeapSmall } from '../../process/small-heap.ts';
import { DEFAULT_QUEUE_URL } from '../../queue/url/url.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { pathFrom, typedOptions } from '../../runs/typed-name.ts';
import { shellWord } from '../../shell-word.ts';
import type { ObservedTarget, VerifyOptions } from '../../verify/options.ts';
import type { ReplayOptions } from '../../verify/replay.ts';
import type { VerifyResult } from '../../verify/result.ts';
import type { Context } from '../context.ts';
import { exitCodeOfFindings } from '../exit-code.ts';
import { examples } from '../options/shared/examples.ts';
import { checkObserved, observedTargetOf } from '../options/shared/observed-target.ts';
import { addVerifyOptions, type VerifyCommandOptions } from '../options/verify-options.ts';
import { observedField, showObserved } from '../output/observed.ts';
import { type StopSignals, stopSignals } from '../stop-signals.ts';
import { chosenRuns, mustNeedLabels } from '../verifying/chosen-runs.ts';
import type { Choose } from '../work.ts';

export function verifyCommand(choose: Choose): Command {
  const command: Command = new Command('verify')
    .description(
      'Compares the requests of a run with the messages in the queue, and prints the verdict: pass, fail or unknown.',
    )
    .argument('[runs...]', 'IDs or folders of the runs to judge together (default: the newest run)');
  return addVerifyOptions(command)
    .addHelpText(
      'after',
      examples('qbl verify', 'qbl verify runs/20260101-120000-ab12 --json', 'qbl verify --follow --run mine'),
    )
    .action((runs: string[], options: VerifyCommandOptions) => {
      const queueIsExplicit = command.getOptionValueSource('queue') === 'cli';
      choose((context) => verify(runs, options, queueIsExplicit, context));
    });
}

async function verify(
  names: readonly string[],
  options: VerifyCommandOptions,
  queueIsExplicit: boolean,
  context: Context,
): Promise<ExitCode> {
  keepHeapSmall();
  const folders = await chosenRuns(names, options);
  await mustNeedLabels(folders, options);
  const { openQueue } = await import('../../queue/open.ts');
  const known = await knownQueues(folders);
  const queue = await openQueue(queueUrl(known, options, queueIsExplicit), {
    configFile: options.queueConfig ?? null,
    env: context.env,
  });
  checkObserved(options, queue.url);
  if (known.some((url) => url !== queue.url))
    note(context, `the run was sent to ${printable(known.join(', '), 2000)}, but ${queue.url} is being read`);
  const { openHops } = await import('../verifying/hops-to-read.ts');
  const hopsToRead = await openHops(options, folders, queue.url, context);
  const hopsOption = hopsToRead === null ? {} : { hopsToRead };
  const startedAtMs = Date.now();
  const signals = stopSignals(context);
  const { progressView } = await import('../../report/progress/progress.ts');
  const view = progressView(context.err.stream, context.err.target, 'verifying');
  signals.stop.addEventListener('abort', () =>
    view.note(
      'stopping: the verdict uses only the messages read so far (press Ctrl-C again to stop at once)',
    ),
  );
  // A queue that does not answer delays the verdict, or the first reading. Once --follow reads, the second Ctrl-C ends the
  // reading instead.
  let isFollowing = false;
  signals.interrupt.addEventListener('abort', () => {
    if (!isFollowing) context.exit(EXIT_CODES.interrupted);
  });
  const onFollowing = () => {
    isFollowing = true;
  };
  try {
    const onUnnoted = (reason: string) => {
      view.end();
      note(context, `later verifications will have less evidence: ${reason}`);
    };
    const onProgress = (progress: VerifyProgress) => {
      if (context.parent !== null) context.parent.tell({ type: 'verify-progress', progress });
      else if (!signals.stop.aborted) view.verifying(progress);
    };
    const engineOptions = { ...engineDefaults(options), ...hopsOption, queue, onProgress, onUnnoted };
    const judged = options.follow
      ? await follow(engineOptions, observedTargetOf(options), folders, signals, context, onFollowing)
      : await replay(engineOptions, folders, signals);
    view.end();
    const result = await withIncidents(judged, folders);
    await show(result, options, context, folders);
    if (options.jtl === undefined) await keep(result, folders, startedAtMs, context);
    const { verdict } = result.record;
    return exitCodeOfFindings({
      offence: verdict === 'fail',
      // With --follow, the first Ctrl-C only ends the wait for the sender. The verdict is then still
      // complete.
      interrupted: options.follow ? signals.interrupt.aborted : signals.stop.aborted,
      inconclusive: verdict === 'unknown',
    });
  } finally {
    view.end();
    await queue.close();
    for (const hop of hopsToRead?.places ?? []) await hop.queue.close();
  }
}

/** Returns the different queues that the runs have recorded. */
async function knownQueues(folders: readonly RunFolder[]): Promise<string[]> {
  const { readRun } = await import('../../runs/documents/run-json.ts');
  const urls = folders.map((folder) => readRun(folder)?.queue ?? null).filter((url) => url !== null);
  return [...new Set(urls)];
}

/**
 * Returns the URL of the queue to read: the queue on the command line, or else the queue that all runs have recorded.
 */
function queueUrl(known: readonly string[], { queue }: VerifyCommandOptions, isExplicit: boolean): string {
  if (isExplicit && queue !== undefined) return queue;
  if (known.length > 1) {
    throw new QblError('usage', `the runs were sent to different queues: ${known.join(', ')}`, {
      hint: 'Verify the runs of each queue separately, or choose one queue with --queue.',
    });
  }
  return known[0] ?? queue ?? DEFAULT_QUEUE_URL;
}

function engineDefaults(options: VerifyCommandOptions): EngineDefaults {
  return {
    samplesFile: options.jtl ?? null,
    labels: options.label ?? [],
    consume: options.consume === true,
    rules: { exactlyOnce: options.exactlyOnce === true, ordered: options.ordered === true },
    rejectedStatuses: new Set(options.rejectedStatus),
    from: options.from ?? null,
    settleMs: options.settle,
    deadlineMs: options.deadline,
  };
}

type EngineDefaults = Omit<VerifyOptions, 'queue' | 'folders' | 'signal' | 'onProgress' | 'onUnnoted'>;
type CommonOptions = Omit<ReplayOptions, 'folders' | 'signal'>;

async function replay(
  options: CommonOptions,
  folders: readonly RunFolder[],
  { stop }: StopSignals,
): Promise<VerifyResult> {
  const { verifyByReplay } = await import('../../verify/replay.ts');
  return verifyByReplay({ ...options, folders, signal: stop });
}

async function follow(
  options: CommonOptions,
  observed: ObservedTarget | null,
  [folder]: readonly RunFolder[],
  { stop, interrupt }: StopSignals,
  context: Context,
  onFollowing: () => void,
): Promise<VerifyResult> {
  const { verifyByTap } = await import('../../verify/follow.ts');
  if (folder === undefined) throw new Error('no run to follow');
  return verifyByTap({
    ...options,
    folder,
    observed,
    signal: interrupt,
    stop,
    onOpen: () => {
      onFollowing();
      context.err.line(`following ${options.queue.url}; send with: ${blastLine(folder, options.queue.url)}`);
      context.parent?.tell({ type: 'ready', url: null });
    },
  });
}

/** Returns a command that sends this run and records its queue, so that a later `qbl verify` reads this queue, too. */
function blastLine(folder: RunFolder, queue: string): string {
  const ofQueue = queue === DEFAULT_QUEUE_URL ? '' : ` --queue ${shellWord(queue)}`;
  return `qbl blast ${typedOptions(folder)}${ofQueue}`;
}

/** Adds the incidents that `qbl run` recorded, such as a killed broker. */
async function withIncidents(result: VerifyResult, folders: readonly RunFolder[]): Promise<VerifyResult> {
  const { readIncidents } = await import('../../runs/documents/incidents-json.ts');
  const incidents = (await Promise.all(folders.map(readIncidents))).flat();
  return { ...result, record: { ...result.record, incidents } };
}

async function show(
  { record, histogram }: VerifyResult,
  options: VerifyCommandOptions,
  context: Context,
  folders: readonly RunFolder[],
): Promise<void> {
  const { out, directory } = context;
  if (options.json) {
    const { publicRecord } = await import('../../runs/documents/verify-json.ts');
    return out.json({ ...publicRecord(record), ...(await observedField(folders)) });
  }
  const { verifyText } = await import('../../report/text/verify-text.ts');
  const paths = folders.map((folder) => pathFrom(directory, folder)).join(' ');
  const where = printable(options.jtl === undefined ? `Run: ${paths}` : `Samples: ${options.jtl}`, 2000);
  out.line(verifyText(record, histogram, out.target.columns, out.style));
  await showObserved(folders, context);
  out.line(where);
}

/** Saves the verdict of a single run, but never replaces a verdict that is based on more evidence. */
async function keep(
  { record, histogram, hopHistograms }: VerifyResult,
  folders: readonly RunFolder[],
  startedAtMs: number,
  context: Context,
): Promise<void> {
  const [folder, ...others] = folders;
  if (folder === undefined) return;
  if (others.length > 0) return note(context, 'a verdict on several runs is not written into their folders');
  const { keepVerification } = await import('../../runs/keep-verification.ts');
  const earlier = await keepVerification(
    folder,
    record,
    { endToEnd: histogram, hops: hopHistograms },
    startedAtMs,
  );
  if (earlier === null) return;
  const { fate, verdict, queue } = earlier;
  const contains = fate === 'kept' ? 'still contains' : 'no longer contains';
  note(
    context,
    `verify.json ${contains} the verdict "${verdict}" of an earlier verification, which read everything in ${printable(queue, 2000)}`,
  );
}

function note({ err }: Context, text: string): void {
  err.line(`${err.style.bold('note:')} ${text}`);
}
