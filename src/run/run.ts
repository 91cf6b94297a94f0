import { compare } from '../comparison/comparison.ts';
import { compareObserved } from '../comparison/observed.ts';
import { EXIT_CODES, QblError } from '../error.ts';
import { aborted } from '../pause.ts';
import type { Child, ChildExit } from '../process/child.ts';
import { within } from '../queue/condition.ts';
import { type CompareRecord, writeCompare } from '../runs/documents/compare-json.ts';
import { mustBeNew, readRun } from '../runs/documents/run-json.ts';
import { type RunFolder, removeRunFolder } from '../runs/run-folder.ts';
import { takeRunFolder } from '../runs/take-folder.ts';
import { runDirect } from './direct.ts';
import { Incidents } from './incidents.ts';
import type { RunOptions } from './options.ts';
import { ownFiles, removeFiles } from './own-files.ts';
import { exited, noteWhenStopped } from './sending.ts';
import { Stack } from './stack.ts';

export interface RunResult {
  readonly verifyExit: ChildExit;
  /** Error of a process that failed during the run. Null if all processes ended normally. */
  readonly failure: QblError | null;
  /**
   * Figures that show the benefit of the queue. Null without a service, or if the service left no figures.
   */
  readonly comparison: CompareRecord | null;
}

/**
 * Runs the whole experiment. Broker, proxy, tap (the live reader) and sender are separate processes. The results are in
 * the folder of the run.
 * @throws QblError if a process does not start, or ends before its work is done
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { folder } = options;
  mustBeNew(folder);
  const made = await takeRunFolder(folder);
  const own = ownFiles(options);
  const incidents = new Incidents(folder, options.onNote);
  const started = options.onFolder().then(() => withStack(options, incidents));
  const verifyExit = await started.catch(async (error) => {
    // If a file cannot be written or removed, this must not hide the error of the run.
    await incidents.settle().catch(() => {});
    if (readRun(folder) === null) {
      if (made && isInterruption(error)) await removeRunFolder(folder);
      else await removeFiles(own).catch(() => {});
    }
    throw error;
  });
  const compared =
    incidents.failure === null
      ? await comparedIfAsked(options, incidents)
      : { comparison: null, failure: null };
  await incidents.settle();
  return { verifyExit, comparison: compared.comparison, failure: incidents.failure ?? compared.failure };
}

/**
 * If the user asked for a comparison, compares the run with a run without a queue, or with the model's prediction. An
 * error here does not change the verdict, so the error is returned.
 */
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

async function compareIfAsked(options: RunOptions, incidents: Incidents): Promise<CompareRecord | null> {
  const { folder, service, stop, observed } = options;
  if (stop.aborted) return null;
  if (service === null)
    return observed === null ? null : kept(folder, await compareObserved(folder, observed.claim));
  if (service.direct !== null) await runDirect(options, service, service.direct, incidents);
  // If the user interrupts the second run, which sends to the service without a queue, do not compare it with the first
  // run: the files of the second run do not show that it is incomplete.
  if (stop.aborted) return null;
  return kept(folder, await compare(folder, service.direct, service.maxWaitMs));
}

async function kept(folder: RunFolder, comparison: CompareRecord | null): Promise<CompareRecord | null> {
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
    onNote('stopping: sending has ended, sent messages are verified (press Ctrl-C again to stop at once)'),
  );
  await exited(sender, stop);
  whileSending.forget();
  // The sender has ended. Let the service empty the queue and end, because the tap (the live reader) waits for the end
  // of the service.
  service?.stop();
  const record = readRun(folder);
  if (record === null) await sender.ready;
  // A killed sender does not write its end into run.json. So stop the tap (the live reader), which would otherwise wait
  // for that end.
  if (record?.end == null) tap.stop();
  stack.onBrokerGone(() => {
    // The embedded broker has ended, so the queue is gone. Stop the tap (the live reader) twice: the first stop ends
    // its wait for the sender, and the second stop ends its reading of the queue.
    tap.stop();
    tap.stop();
  });
  // A failed service never reports its end. So stop the tap (the live reader), which would otherwise wait for that end.
  service?.exited.then(({ code }) => code !== 0 && tap.stop());
  const whileVerifying = noteWhenStopped(stop, () => {
    if (whileSending.happened) return;
    onNote('stopping: the verdict uses only the messages read so far (press Ctrl-C again to stop at once)');
    tap.stop();
    tap.stop();
  });
  const verifyExit = await tap.exited;
  whileVerifying.forget();
  const ended =
    service === null ? null : await within<ChildExit | 'late'>(service.exited, options.deadlineMs, 'late');
  if (interrupt.aborted)
    throw new QblError(
      'interrupted',
      'stopped by a second signal, such as Ctrl-C: the messages were not verified',
    );
  if (ended === 'late') incidents.late('consume');
  return verifyExit;
}

interface Started {
  readonly queue: string;
  /** Null if the plan itself names the endpoint. */
  readonly url: string | null;
  readonly tap: Child;
  readonly service: Child | null;
}

async function start(options: RunOptions, stack: Stack): Promise<Started> {
  const queue = options.queue ?? (await stack.startBroker());
  // Start the service before the tap: the tap checks whether receipts of a service exist.
  const service = options.service === null ? null : await stack.startService(queue, options.service.capacity);
  const [url, tap] = await Promise.all([endpointOf(options, stack, queue), stack.startTap(queue)]);
  return { queue, url, tap, service };
}

async function endpointOf(
  { url, endpointInPlan }: RunOptions,
  stack: Stack,
  queue: string,
): Promise<string | null> {
  return endpointInPlan ? null : (url ?? stack.startProxy(queue));
}

/** Starts all processes. If the run is stopped meanwhile, it ends at once, because nothing was sent. */
async function startUnlessStopped(options: RunOptions, stack: Stack): Promise<Started> {
  const { stop } = options;
  const starting = start(options, stack);
  // A terminal also sends Ctrl-C to the child processes. If a child ends first, its error must not fail the run.
  const started = await Promise.race([starting, aborted(stop).then(() => null)]).catch((error) => {
    if (!stop.aborted && !isInterruption(error)) throw error;
    return null;
  });
  if (started !== null && !stop.aborted) return started;
  starting.catch(() => {});
  stack.kill();
  throw stoppedBeforeSending();
}

/** Returns the same error for every stop before the first send, whichever process ended first. */
function stoppedBeforeSending(): QblError {
  return new QblError('interrupted', 'stopped before anything was sent');
}
