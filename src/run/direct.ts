import type { RunFolder } from '../runs/run-folder.ts';
import { makeRunFolder, siblingRun } from '../runs/run-folder.ts';
import type { RunOptions } from './options.ts';
import type { RunDirect, RunService } from './service.ts';
import { Stack } from './stack.ts';

/** The folder of the same run without a queue. */
export function directFolder(folder: RunFolder): RunFolder {
  return siblingRun(folder, 'direct');
}

/**
 * Sends the same plan to the same service without a queue before it.
 * @throws QblError when a part does not start
 */
export async function runDirect(options: RunOptions, service: RunService, direct: RunDirect): Promise<void> {
  const { stop, interrupt, planArguments } = options;
  const folder = directFolder(options.folder);
  await makeRunFolder(folder);
  const stack = new Stack({ ...options, folder, keep: false });
  const kill = () => stack.kill();
  interrupt.addEventListener('abort', kill, { once: true });
  try {
    const url = await stack.startDirect(service, direct);
    const sender = await stack.startSender(`${url}/send`, null, planArguments);
    stop.addEventListener('abort', () => sender.stop(), { once: true });
    if (stop.aborted) sender.stop();
    await sender.exited;
  } finally {
    interrupt.removeEventListener('abort', kill);
    await stack.close(false);
  }
}
