import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { QblError } from '../error.ts';
import { isFolder, makeFolders } from '../folders.ts';
import { isRunId } from '../message/identity.ts';
import { PRIVATE_FOLDER_MODE } from '../private-file.ts';

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
  hops: join(path, 'hops.hlog'),
  trace: join(path, 'trace.jsonl'),
  incidents: join(path, 'incidents.json'),
  service: join(path, 'service.json'),
  receipts: join(path, 'receipts.csv'),
  timeline: join(path, 'timeline.csv'),
  observedService: join(path, 'observed-service.json'),
  observedTimeline: join(path, 'observed-timeline.csv'),
  observedWaits: join(path, 'observed.hlog'),
  direct: join(path, 'direct.json'),
  compare: join(path, 'compare.json'),
  scaling: join(path, 'scaling.json'),
  report: join(path, 'report.html'),
  jmeterResults: join(path, 'jmeter.jtl'),
  log: (process: string) => join(path, `${process}.log`),
});

/** Returns a new run ID. IDs sort by time; the random last part distinguishes runs of the same second. */
export function newRunId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const suffix = Math.floor(Math.random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${suffix}`;
}

/**
 * Returns the folder of a run. `name` is the run's ID, or the path of its folder.
 * @throws QblError 'usage' if `name` does not end in a valid run ID
 */
export function runFolder(runsDirectory: string, name: string): RunFolder {
  const id = basename(name);
  if (!isRunId(id)) {
    throw new QblError(
      'usage',
      `${JSON.stringify(name)} is not a valid run ID: expected 1 to 64 of the characters A-Z a-z 0-9 . _ -`,
    );
  }
  const isPath = dirname(name) !== '.' || name.startsWith('.');
  return { id, path: isPath ? resolve(name) : resolve(runsDirectory, id) };
}

/**
 * Returns the folder of a related run. Both runs have the same parent folder. The ID of the related run is the ID of
 * this run and a suffix.
 */
export function siblingRun({ id, path }: RunFolder, suffix: string): RunFolder {
  const sibling = `${id.slice(0, MAX_ID_LENGTH - suffix.length - 1)}-${suffix}`;
  return { id: sibling, path: join(dirname(path), sibling) };
}

/** Returns the folder of the run without a queue that belongs to this run. */
export function directRun(folder: RunFolder): RunFolder {
  return siblingRun(folder, 'direct');
}

/** Maximum length of a run ID. */
const MAX_ID_LENGTH = 64;

/**
 * Creates the folder of a run if it is missing. Another command may have created it before, such as `qbl verify
 * --follow`.
 * @returns whether the folder was missing
 */
export async function makeRunFolder(folder: RunFolder): Promise<boolean> {
  try {
    await makeFolders(dirname(folder.path));
    await mkdir(folder.path, { mode: PRIVATE_FOLDER_MODE });
    return true;
  } catch (error) {
    if (await isFolder(folder.path)) return false;
    throw new QblError('environment', `cannot create the folder of the run: ${(error as Error).message}`);
  }
}

/**
 * Removes the folder of a run.
 * @throws QblError 'environment' if the folder cannot be removed
 */
export async function removeRunFolder({ path }: RunFolder): Promise<void> {
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    throw new QblError('environment', `cannot remove the run ${path}: ${(error as Error).message}`);
  }
}
