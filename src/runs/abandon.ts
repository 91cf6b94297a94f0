import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type RunFolder, removeRunFolder, runFiles } from './run-folder.ts';

/** The header of samples.jtl is shorter than this. */
const MAX_HEADER_BYTES = 4096;

/**
 * Removes a run that sent nothing. Otherwise it would be the newest run, with nothing to verify.
 * @param made whether the run folder was created for this run
 */
export async function abandonUnsent(folder: RunFolder, made: boolean): Promise<void> {
  const { run, samples } = runFiles(folder);
  if (hasRows(samples)) return;
  await rm(run, { force: true });
  if (made) await removeRunFolder(folder);
}

/** Whether a samples file has rows after its header. */
function hasRows(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > MAX_HEADER_BYTES || (size > 0 && readFileSync(file, 'utf8').trim().includes('\n'));
}
