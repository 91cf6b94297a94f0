import { removeIncidents } from './documents/incidents-json.ts';
import { readRun } from './documents/run-json.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';

/**
 * Creates the folder of a new run if it is missing, and removes the incidents of a run that broke off before its sender
 * started. Such a run leaves its folder without a run.json, so a later run can use the same ID.
 * @returns whether the folder was missing
 * @throws QblError 'environment' if the folder cannot be created, or the file cannot be removed; 'usage' if run.json is
 *   damaged
 */
export async function takeRunFolder(folder: RunFolder): Promise<boolean> {
  const made = await makeRunFolder(folder);
  if (!made && readRun(folder) === null) await removeIncidents(folder);
  return made;
}
