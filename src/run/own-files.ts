import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { runFiles } from '../runs/run-folder.ts';
import type { RunOptions } from './options.ts';

/**
 * Returns the files that the live reader and the service of a run are going to write. Does not return the files of
 * another command, such as of a `qbl consume` with the same run ID.
 */
export function ownFiles({ folder, service }: Pick<RunOptions, 'folder' | 'service'>): readonly string[] {
  const { tap, service: record, receipts, timeline } = runFiles(folder);
  const isServed = service !== null && !existsSync(record);
  return [...(existsSync(tap) ? [] : [tap]), ...(isServed ? [record, receipts, timeline] : [])];
}

/**
 * Removes files of a run that broke off before its sender started. A later run can use the same ID, and these files would
 * then count as evidence about the later run.
 */
export async function removeFiles(files: readonly string[]): Promise<void> {
  await Promise.all(files.map((file) => rm(file, { force: true })));
}
