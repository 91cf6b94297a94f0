import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/**
 * Looks up the run.json of each run, without reading the file again for each message. Null if there is no run.json.
 * @param live with a live reader, run.json is read only after the run began
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
