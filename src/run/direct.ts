import type { DirectBounds } from '../comparison/direct-half.ts';
import { directRun, makeRunFolder } from '../runs/run-folder.ts';
import type { RunOptions } from './options.ts';
import { exited } from './sending.ts';
import type { RunService } from './service.ts';
import { Stack } from './stack.ts';

/**
 * Sends the same plan to the same service without a queue before it.
 * @throws QblError when a part does not start
 */
export async function runDirect(
  options: RunOptions,
  service: RunService,
  bounds: DirectBounds,
): Promise<void> {
  const { stop, interrupt, planArguments } = options;
  const folder = directRun(options.folder);
  await makeRunFolder(folder);
  const stack = new Stack({ ...options, folder, keep: false });
  const kill = () => stack.kill();
  interrupt.addEventListener('abort', kill, { once: true });
  try {
    const url = await stack.startDirect(service, bounds);
    await exited(await stack.startSender(`${url}/send`, null, planArguments), stop);
  } finally {
    interrupt.removeEventListener('abort', kill);
    await stack.close(false);
  }
}
