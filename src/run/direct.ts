import type { DirectBounds } from '../comparison/direct-half.ts';
import { QblError } from '../error.ts';
import type { ChildExit } from '../process/child.ts';
import { readRun } from '../runs/documents/run-json.ts';
import { directRun, makeRunFolder, type RunFolder } from '../runs/run-folder.ts';
import type { Incidents } from './incidents.ts';
import type { RunOptions } from './options.ts';
import { exited } from './sending.ts';
import type { RunService } from './service.ts';
import { Stack } from './stack.ts';

/**
 * Sends the plan of the run directly to the service of the run, without a queue.
 * @throws QblError if a process does not start, or ends before its work is done
 */
export async function runDirect(
  options: RunOptions,
  service: RunService,
  bounds: DirectBounds,
  incidents: Incidents,
): Promise<void> {
  const { stop, interrupt } = options;
  const folder = directRun(options.folder);
  await makeRunFolder(folder);
  const stack = new Stack({ ...options, folder, keep: false }, incidents);
  const kill = () => stack.kill();
  interrupt.addEventListener('abort', kill, { once: true });
  try {
    const url = await stack.startDirect(service.capacity, bounds);
    const sender = await stack.startSender(`${url}/send`, null);
    await exited(sender, stop);
    if (!stop.aborted) mustBeWhole(incidents, folder, await sender.exited);
  } finally {
    interrupt.removeEventListener('abort', kill);
    await stack.close(false);
  }
}

function mustBeWhole({ failure }: Incidents, folder: RunFolder, { code, signal }: ChildExit): void {
  if (failure !== null) throw failure;
  if (readRun(folder)?.end != null) return;
  throw new QblError(
    'environment',
    `the sender failed in the comparison run without a queue (${code ?? signal})`,
    {
      hint: `See the logs in ${folder.path} for the reason.`,
    },
  );
}
