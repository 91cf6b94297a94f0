import { lstat, readdir } from 'node:fs/promises';
import { QblError } from '../error.ts';
import { isRunId } from '../message/identity.ts';
import { type RunRecord, readRun } from './documents/run-json.ts';
import { type RunFolder, removeRunFolder, runFiles, runFolder } from './run-folder.ts';

interface FoundRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly isFinished: boolean;
}

/** Runs of one experiment, which are removed together. */
interface Experiment {
  readonly id: string;
  readonly runs: readonly FoundRun[];
}

/**
 * Removes the oldest finished experiments until `keep` of them are left, including the present one. A run without an
 * experiment counts as an experiment. Never removes folders without a run.json of qbl, and does not follow links.
 * @param present the ID of the experiment that was just created
 * @returns the IDs of the removed runs
 * @throws QblError 'environment' if a run cannot be removed
 */
export async function pruneRuns(runsDirectory: string, keep: number, present: string): Promise<string[]> {
  const entries = await readdir(runsDirectory, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && isRunId(entry.name)).map(({ name }) => name);
  const found = await Promise.all(names.map((name) => foundRun(runFolder(runsDirectory, name))));
  const others = experimentsOf(found.filter((run) => run !== null))
    .filter(({ id }) => id !== present)
    .filter(({ runs }) => runs.every(({ isFinished }) => isFinished));
  const newestFirst = others.toSorted((a, b) => lastStartMs(b) - lastStartMs(a));
  const tooMany = newestFirst.slice(Math.max(1, keep) - 1).flatMap(({ runs }) => runs);
  for (const { folder } of tooMany) await removeRunFolder(folder);
  return tooMany.map(({ folder }) => folder.id);
}

function experimentsOf(found: readonly FoundRun[]): Experiment[] {
  const byId = new Map<string, FoundRun[]>();
  for (const run of found) {
    const id = run.record.experiment?.id ?? run.record.id;
    byId.set(id, [...(byId.get(id) ?? []), run]);
  }
  return [...byId].map(([id, runs]) => ({ id, runs }));
}

function lastStartMs({ runs }: Experiment): number {
  return Math.max(...runs.map(({ record }) => record.startedAtMs));
}

async function foundRun(folder: RunFolder): Promise<FoundRun | null> {
  const file = await lstat(runFiles(folder).run).catch(() => null);
  if (file === null || !file.isFile()) return null;
  try {
    const record = readRun(folder);
    return record === null ? null : { folder, record, isFinished: await isFinished(folder, record) };
  } catch (error) {
    if (error instanceof QblError) return null;
    throw error;
  }
}

/**
 * Whether the run has finished. After the sender has ended, `qbl run` still reads the queue. The last file that it
 * writes is the report, so a run with a report has finished.
 */
async function isFinished(folder: RunFolder, { end, experiment }: RunRecord): Promise<boolean> {
  if (end === null || experiment === undefined || experiment.direct) return end !== null;
  return (await lstat(runFiles(folder).report).catch(() => null)) !== null;
}
