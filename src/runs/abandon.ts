import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type RunFolder, removeRunFolder, runFiles } from './run-folder.ts';

/** Maximum size of the header of samples.jtl. A larger file also has rows. */
const MAX_HEADER_BYTES = 4096;

/**
 * Removes the folder of a run that sent nothing. Otherwise that run would be the newest one, with nothing to verify.
 * @param made whether the run folder was created for this run
 */
export async function abandonUnsent(folder: RunFolder, made: boolean): Promise<void> {
  const { run, samples } = runFiles(folder);
  if (hasRows(samples)) return;
  await rm(run, { force: true });
  if (made) await removeRunFolder(folder);
}

function hasRows(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > MAX_HEADER_BYTES || (size > 0 && readFileSync(file, 'utf8').trim().includes('\n'));
}
