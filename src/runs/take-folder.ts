import { lstat } from 'node:fs/promises';
import { removeIncidents } from './documents/incidents-json.ts';
import { makeRunFolder, type RunFolder, runFiles } from './run-folder.ts';

/**
 * Creates the folder of a new run if it is missing, and removes the incidents of a run that broke off before its sender
 * started. Such a run leaves its folder without a run.json, so a later run can use the same ID.
 * @returns whether the folder was missing
 * @throws QblError 'environment' if the folder cannot be created, or the file cannot be removed
 */
export async function takeRunFolder(folder: RunFolder): Promise<boolean> {
  const made = await makeRunFolder(folder);
  if (!made && (await isMissing(runFiles(folder).run))) await removeIncidents(folder);
  return made;
}

/** False if qbl may not look for the file. The sender reports this when it writes its first file. */
async function isMissing(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
