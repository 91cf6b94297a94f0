import { latestRun } from '../../runs/documents/latest-run.ts';
import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/**
 * Returns a function that returns the run.json of a run. The function returns null if run.json is missing.
 * @param live whether the reader is opened before the runs; the function then looks whether run.json has changed
 */
export function knownRuns(folders: readonly RunFolder[], live: boolean): (run: string) => RunRecord | null {
  if (live) {
    const latest = new Map(folders.map((folder) => [folder.id, latestRun(folder)]));
    return (run) => latest.get(run)?.() ?? null;
  }
  const records = new Map(folders.map((folder) => [folder.id, readRun(folder)]));
  return (run) => records.get(run) ?? null;
}
