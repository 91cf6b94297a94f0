import { compare } from '../comparison/comparison.ts';
import { EXIT_CODES, QblError } from '../error.ts';
import { aborted } from '../pause.ts';
import type { Child, ChildExit } from '../process/child.ts';
import { within } from '../queue/condition.ts';
import { type CompareRecord, writeCompare } from '../runs/documents/compare-json.ts';
import { readRun } from '../runs/documents/run-json.ts';
import { makeRunFolder, removeRunFolder } from '../runs/run-folder.ts';
import { runDirect } from './direct.ts';
import { Incidents } from './incidents.ts';
import type { RunOptions } from './options.ts';
import { exited, noteWhenStopped } from './sending.ts';
import { Stack } from './stack.ts';

export interface RunResult {
  readonly verifyExit: ChildExit;
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
  const incidents = new Incidents(folder, options.onNote);
  const verifyExit = await withStack(options, incidents).catch(async (error) => {
    if (made && readRun(folder) === null && isInterruption(error)) await removeRunFolder(folder);
    throw error;
  });
  const compared =
    incidents.failure === null
      ? await comparedIfAsked(options, incidents)
      : { comparison: null, failure: null };
  await incidents.settle();
  return { verifyExit, comparison: compared.comparison, failure: incidents.failure ?? compared.failure };
}

/** What goes wrong after the verdict takes nothing from it. */
async function comparedIfAsked(
  options: RunOptions,
  incidents: Incidents,
): Promise<Pick<RunResult, 'comparison' | 'failure'>> {
  try {
    return { comparison: await compareIfAsked(options, incidents), failure: null };
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    return { comparison: null, failure: error };
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof QblError && error.exitCode === EXIT_CODES.interrupted;
}

async function withStack(options: RunOptions, incidents: Incidents): Promise<ChildExit> {
  const { interrupt, keep } = options;
  const stack = new Stack(options, incidents);
  const kill = () => stack.kill();
  interrupt.addEventListener('abort', kill, { once: true });
  try {
    return await sendAndVerify(options, stack, incidents);
  } finally {
    interrupt.removeEventListener('abort', kill);
    await stack.close(keep && !interrupt.aborted);
  }
}

/** The same without a queue, where that is wanted, and the figures of both. */
async function compareIfAsked(options: RunOptions, incidents: Incidents): Promise<CompareRecord | null> {
  const { folder, service, stop } = options;
  if (service === null || stop.aborted) return null;
  if (service.direct !== null) await runDirect(options, service, service.direct, incidents);
  // Half of a run without a queue would look like the whole of it.
  if (stop.aborted) return null;
  const comparison = await compare(folder, service.direct, service.maxWaitMs);
  if (comparison !== null) await writeCompare(folder, comparison);
  return comparison;
}

async function sendAndVerify(options: RunOptions, stack: Stack, incidents: Incidents): Promise<ChildExit> {
  const { folder, stop, interrupt, onNote } = options;
  const { queue, url, tap, service } = await startUnlessStopped(options, stack);
  const sender = await stack.startSender(url, queue).catch((error) => {
    throw isInterruption(error) ? stoppedBeforeSending() : error;
  });
  const whileSending = noteWhenStopped(stop, () =>
    onNote('stopping: no more is sent, what was sent is verified (again to stop at once)'),
  );
  await exited(sender, stop);
  whileSending.forget();
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
  service?.exited.then(({ code }) => code !== 0 && tap.stop());
  const whileVerifying = noteWhenStopped(stop, () => {
    if (whileSending.happened) return;
    onNote('stopping: the verdict rests on what was read until now (again to stop at once)');
    tap.stop();
    tap.stop();
  });
  const verifyExit = await tap.exited;
  whileVerifying.forget();
  const ended =
    service === null ? null : await within<ChildExit | 'late'>(service.exited, options.deadlineMs, 'late');
  if (interrupt.aborted) throw new QblError('interrupted', 'stopped at once: nothing was verified');
  if (ended === 'late') incidents.late('consume');
  return verifyExit;
}

interface Started {
  readonly queue: string;
  readonly url: string;
  readonly tap: Child;
  readonly service: Child | null;
}

async function start(options: RunOptions, stack: Stack): Promise<Started> {
  const queue = options.queue ?? (await stack.startBroker());
  // Before the tap, which asks whether there is a service by whose receipts it may judge.
  const service = options.service === null ? null : await stack.startService(queue, options.service.capacity);
  const [url, tap] = await Promise.all([options.url ?? stack.startProxy(queue), stack.startTap(queue)]);
  return { queue, url, tap, service };
}

/** What has sent nothing yet has nothing to finish. */
async function startUnlessStopped(options: RunOptions, stack: Stack): Promise<Started> {
  const { stop } = options;
  const starting = start(options, stack);
  // A terminal sends Ctrl-C to the parts as well, and one of them may end of it first.
  const started = await Promise.race([starting, aborted(stop).then(() => null)]).catch((error) => {
    if (!stop.aborted && !isInterruption(error)) throw error;
    return null;
  });
  if (started !== null && !stop.aborted) return started;
  starting.catch(() => {});
  stack.kill();
  throw stoppedBeforeSending();
}

/** The same line whichever part Ctrl-C of a terminal ended first. */
function stoppedBeforeSending(): QblError {
  return new QblError('interrupted', 'stopped before anything was sent');
}
