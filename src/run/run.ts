import { compare } from '../comparison/comparison.ts';
import { EXIT_CODES, QblError } from '../error.ts';
import { within } from '../queue/condition.ts';
import { type CompareRecord, writeCompare } from '../runs/compare-json.ts';
import { makeRunFolder, type RunFolder, removeRunFolder, runFiles } from '../runs/run-folder.ts';
import { readRun } from '../runs/run-json.ts';
import { runDirect } from './direct.ts';
import type { RunOptions } from './options.ts';
import { exited } from './sending.ts';
import { Stack } from './stack.ts';

export interface RunResult {
  /** What `verify` ended with: null when a signal ended it. */
  readonly verifyExitCode: number | null;
  /** A part that did not end well, so that this is not the run that was asked for; null: all did. */
  readonly failure: QblError | null;
  /** What the queue bought; null without a service, or when it left no figures. */
  readonly comparison: CompareRecord | null;
}

/**
 * The whole experiment, each part a process of its own: broker, proxy, tap, sender, verdict. The results are in
 * the run's folder.
 * @throws QblError when a part does not start, or ends before its work is done
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { folder } = options;
  if (readRun(folder) !== null) {
    throw new QblError('usage', `the run ${folder.id} exists already in ${folder.path}`, {
      hint: 'Choose another --run, or leave it out.',
    });
  }
  const made = await makeRunFolder(folder);
  const verified = await withStack(options).catch(async (error) => {
    if (made && readRun(folder) === null && isInterruption(error)) await removeRunFolder(folder);
    throw error;
  });
  return verified.failure === null ? compared(options, verified) : { ...verified, comparison: null };
}

/** What goes wrong after the verdict takes nothing from it. */
async function compared(options: RunOptions, verified: Verified): Promise<RunResult> {
  try {
    return { ...verified, comparison: await compareIfAsked(options) };
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    return { ...verified, failure: error, comparison: null };
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof QblError && error.exitCode === EXIT_CODES.interrupted;
}

type Verified = Omit<RunResult, 'comparison'>;

async function withStack(options: RunOptions): Promise<Verified> {
  const { interrupt, keep } = options;
  const stack = new Stack(options);
  const kill = () => stack.kill();
  interrupt.addEventListener('abort', kill, { once: true });
  try {
    return await sendAndVerify(options, stack);
  } finally {
    interrupt.removeEventListener('abort', kill);
    await stack.close(keep && !interrupt.aborted);
  }
}

/** The same without a queue, where that is wanted, and the figures of both. */
async function compareIfAsked(options: RunOptions): Promise<CompareRecord | null> {
  const { folder, service, stop } = options;
  if (service === null || stop.aborted) return null;
  if (service.direct !== null) await runDirect(options, service, service.direct);
  // Half of a run without a queue would look like the whole of it.
  if (stop.aborted) return null;
  const comparison = await compare(folder, service.direct);
  if (comparison !== null) await writeCompare(folder, comparison);
  return comparison;
}

async function sendAndVerify(options: RunOptions, stack: Stack): Promise<Verified> {
  const { folder, stop, interrupt } = options;
  const queue = options.queue ?? (await stack.startBroker());
  // Before the tap, which asks whether there is a service by whose receipts it may judge.
  const service = options.service === null ? null : await stack.startService(queue, options.service);
  const [url, tap] = await Promise.all([
    options.url ?? stack.startProxy(queue),
    stack.startTap(queue, options.ruleArguments),
  ]);
  if (stop.aborted) throw new QblError('interrupted', 'stopped before anything was sent');
  const sender = await stack.startSender(url, queue, options.planArguments);
  await exited(sender, stop);
  // It goes on until the queue is empty; the tap waits for its end.
  service?.stop();
  const record = readRun(folder);
  if (record === null) await sender.ready;
  // A sender that was killed leaves no end for the tap to see.
  if (record?.end == null) tap.stop();
  stack.onBrokerGone(() => {
    // Once ends the waiting for the sender, twice the reading: there is nothing left to read from.
    tap.stop();
    tap.stop();
  });
  // It will not say that it is done.
  service?.exited.then((code) => code !== 0 && tap.stop());
  const verifyExitCode = await tap.exited;
  const ended =
    service === null ? 0 : await within<number | null | 'late'>(service.exited, options.deadlineMs, 'late');
  if (interrupt.aborted) throw new QblError('interrupted', 'stopped at once: nothing was verified');
  return { verifyExitCode, failure: stack.failure ?? (ended === 'late' ? late(folder) : null) };
}

function late(folder: RunFolder): QblError {
  return new QblError('environment', 'the service did not end in time: its figures are not whole', {
    hint: `${runFiles(folder).log('consume')} may tell why.`,
  });
}
