import { lstat, readdir } from 'node:fs/promises';
import { QblError } from '../error.ts';
import { isRunId } from '../message/identity.ts';
import { type RunFolder, removeRunFolder, runFiles, runFolder } from './run-folder.ts';
import { readRun } from './run-json.ts';

interface FinishedRun {
  readonly folder: RunFolder;
  readonly startedAtMs: number;
}

/**
 * Removes the oldest finished runs until `keep` of them are left, the present one among them; it resolves with the ids
 * of those that went. A folder without a run.json of ours is nobody's to remove, and a link is not followed.
 * @throws QblError 'environment' when one cannot be removed
 */
export async function pruneRuns(runsDirectory: string, keep: number, present: RunFolder): Promise<string[]> {
  const entries = await readdir(runsDirectory, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && isRunId(entry.name)).map(({ name }) => name);
  const found = await Promise.all(names.map((name) => finishedRun(runFolder(runsDirectory, name))));
  const others = found.filter((run) => run !== null).filter(({ folder }) => folder.path !== present.path);
  const newestFirst = others.toSorted((a, b) => b.startedAtMs - a.startedAtMs);
  const tooMany = newestFirst.slice(Math.max(1, keep) - 1);
  for (const { folder } of tooMany) await removeRunFolder(folder);
  return tooMany.map(({ folder }) => folder.id);
}

async function finishedRun(folder: RunFolder): Promise<FinishedRun | null> {
  const file = await lstat(runFiles(folder).run).catch(() => null);
  if (file === null || !file.isFile()) return null;
  try {
    const record = readRun(folder);
    const isFinished = record !== null && record.end !== null && record.id === folder.id;
    return isFinished ? { folder, startedAtMs: record.startedAtMs } : null;
  } catch (error) {
    if (error instanceof QblError) return null;
    throw error;
  }
}
