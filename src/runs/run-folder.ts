import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { QblError } from '../error.ts';
import { isFolder, makeFolders } from '../folders.ts';
import { isRunId } from '../message/identity.ts';
import { PRIVATE_FOLDER_MODE } from '../private-file.ts';

/** The folder of one run, and the files in it that other commands read. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

export const RUNS_DIRECTORY = 'runs';

export const runFiles = ({ path }: RunFolder) => ({
  run: join(path, 'run.json'),
  samples: join(path, 'samples.jtl'),
  summary: join(path, 'summary.json'),
  latency: join(path, 'latency.hlog'),
  tap: join(path, 'tap.json'),
  verify: join(path, 'verify.json'),
  seen: join(path, 'seen.jsonl'),
  endToEnd: join(path, 'e2e.hlog'),
  trace: join(path, 'trace.jsonl'),
  incidents: join(path, 'incidents.json'),
  service: join(path, 'service.json'),
  receipts: join(path, 'receipts.csv'),
  timeline: join(path, 'timeline.csv'),
  direct: join(path, 'direct.json'),
  compare: join(path, 'compare.json'),
  scaling: join(path, 'scaling.json'),
  report: join(path, 'report.html'),
  log: (process: string) => join(path, `${process}.log`),
});

/** An id that sorts by time; the last part tells runs of the same second apart. */
export function newRunId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const suffix = Math.floor(Math.random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${suffix}`;
}

/**
 * The folder of a run that is named by its id, or by a path to its folder.
 * @throws QblError 'usage' when the name can be no run's
 */
export function runFolder(runsDirectory: string, name: string): RunFolder {
  const id = basename(name);
  if (!isRunId(id)) {
    throw new QblError(
      'usage',
      `${JSON.stringify(name)} is no run: expected 1 to 64 of the characters A-Z a-z 0-9 . _ -`,
    );
  }
  const isPath = dirname(name) !== '.' || name.startsWith('.');
  return { id, path: isPath ? resolve(name) : resolve(runsDirectory, id) };
}

/** The folder beside it of a run that belongs to it. */
export function siblingRun({ id, path }: RunFolder, suffix: string): RunFolder {
  const sibling = `${id.slice(0, MAX_ID_LENGTH - suffix.length - 1)}-${suffix}`;
  return { id: sibling, path: join(dirname(path), sibling) };
}

/** The same run without a queue. */
export function directRun(folder: RunFolder): RunFolder {
  return siblingRun(folder, 'direct');
}

/** Of a run's id. */
const MAX_ID_LENGTH = 64;

/**
 * Makes the folder where it is missing. Others may have written to it before, such as a tap.
 * @returns whether it was missing
 */
export async function makeRunFolder(folder: RunFolder): Promise<boolean> {
  try {
    await makeFolders(dirname(folder.path));
    await mkdir(folder.path, { mode: PRIVATE_FOLDER_MODE });
    return true;
  } catch (error) {
    if (await isFolder(folder.path)) return false;
    throw new QblError('environment', `cannot make the folder of the run: ${(error as Error).message}`);
  }
}

/** @throws QblError 'environment' when it cannot be removed */
export async function removeRunFolder({ path }: RunFolder): Promise<void> {
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    throw new QblError('environment', `cannot remove the run ${path}: ${(error as Error).message}`);
  }
}
