import { QblError } from '../error.ts';
import { makeRunFolder } from '../runs/run-folder.ts';
import { readRun } from '../runs/run-json.ts';
import type { RunOptions } from './options.ts';
import { Stack } from './stack.ts';

export interface RunResult {
  /** What `verify` ended with: null when a signal ended it. */
  readonly verifyExitCode: number | null;
}

/**
 * The whole experiment, each part a process of its own: broker, proxy, tap, sender, verdict. The results are in
 * the run's folder.
 * @throws QblError when a part does not start, or ends before its work is done
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { folder, interrupt } = options;
  if (readRun(folder) !== null) {
    throw new QblError('usage', `the run ${folder.id} exists already in ${folder.path}`, {
      hint: 'Choose another --run, or leave it out.',
    });
  }
  await makeRunFolder(folder);
  const stack = new Stack(options);
  interrupt.addEventListener('abort', () => stack.kill(), { once: true });
  try {
    return await sendAndVerify(options, stack);
  } finally {
    await stack.close(options.keep && !interrupt.aborted);
  }
}

async function sendAndVerify(options: RunOptions, stack: Stack): Promise<RunResult> {
  const { folder, stop, interrupt } = options;
  const queue = options.queue ?? (await stack.startBroker());
  const [url, tap] = await Promise.all([
    options.url ?? stack.startProxy(queue),
    stack.startTap(queue, options.ruleArguments),
  ]);
  if (stop.aborted) throw new QblError('interrupted', 'stopped before anything was sent');
  const sender = await stack.startSender(url, queue, options.planArguments);
  stop.addEventListener('abort', () => sender.stop(), { once: true });
  if (stop.aborted) sender.stop();
  await sender.exited;
  const record = readRun(folder);
  if (record === null) await sender.ready;
  // A sender that was killed leaves no end for the tap to see.
  if (record?.end == null) tap.stop();
  stack.onBrokerGone(() => {
    // Once ends the waiting for the sender, twice the reading: there is nothing left to read from.
    tap.stop();
    tap.stop();
  });
  const verifyExitCode = await tap.exited;
  if (interrupt.aborted) throw new QblError('interrupted', 'stopped at once: nothing was verified');
  return { verifyExitCode };
}
