import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type RunFolder, removeRunFolder, runFiles } from './run-folder.ts';

/** A header of samples.jtl is shorter. */
const MAX_HEADER_BYTES = 4096;

/**
 * Takes back a run of which nothing was sent: it would be the newest one, and there is nothing to verify.
 * @param made whether its folder was made for it
 */
export async function abandonUnsent(folder: RunFolder, made: boolean): Promise<void> {
  const { run, samples } = runFiles(folder);
  if (hasRows(samples)) return;
  await rm(run, { force: true });
  if (made) await removeRunFolder(folder);
}

/** Whether a samples file has more than its header. */
function hasRows(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > MAX_HEADER_BYTES || (size > 0 && readFileSync(file, 'utf8').trim().includes('\n'));
}
