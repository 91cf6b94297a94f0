import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/**
 * Returns a function that looks up the run.json of a run. Each file is read only once. The function returns
 * null if run.json is missing.
 * @param live whether the reader is opened before the runs; run.json is then read when the first message
 *   arrives
 */
export function knownRuns(folders: readonly RunFolder[], live: boolean): (run: string) => RunRecord | null {
  const folderOf = new Map(folders.map((folder) => [folder.id, folder]));
  const records = new Map(live ? [] : folders.map((folder) => [folder.id, readRun(folder)]));
  return (run) => {
    const known = records.get(run);
    if (known !== undefined) return known;
    const folder = folderOf.get(run);
    const record = folder === undefined ? null : readRun(folder);
    if (record !== null) records.set(run, record);
    return record;
  };
}
