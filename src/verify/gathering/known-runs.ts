import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/**
 * What run.json says of each run when it began, without reading it for each message; null: there is none.
 * @param live a reader that is there before the run looks until it has begun
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
