import { statIfThere } from '../regular-file.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { type RunRecord, readRun } from './run-json.ts';

/**
 * Returns a function that returns the current run.json, or null if the file is missing. The function reads the file
 * again only if the file has changed. So it returns the same object until then.
 */
export function latestRun(folder: RunFolder): () => RunRecord | null {
  const { run } = runFiles(folder);
  let version = '';
  let record: RunRecord | null = null;
  return () => {
    const now = versionOf(run);
    if (now === version) return record;
    record = readRun(folder);
    version = now;
    return record;
  };
}

/** Returns a text that changes if the file is written again. The text is empty if the file is missing. */
function versionOf(file: string): string {
  const stats = statIfThere(file);
  return stats === null ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
