import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES_FOLDER } from './cache.ts';
import type { ServiceName } from './service-names.ts';

/** What one supervisor runs in the background, as it has written it down. */
export interface Running {
  /** The supervisor's process id. */
  readonly pid: number;
  /** Where the supervisor takes the order to stop. */
  readonly controlPort: number;
  readonly services: readonly ServiceName[];
  /** What listens where, a line each. */
  readonly lines: readonly string[];
}

/** A file for each supervisor, so that services can be added to those that run. */
const FOLDER = join(SERVICES_FOLDER, 'running');

/** Of all supervisors that were started and not stopped. */
export async function readRunning(): Promise<Running[]> {
  const names = await readdir(FOLDER).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(FOLDER, name), 'utf8'))));
}

export async function writeRunning(running: Running): Promise<void> {
  const file = fileOf(running.pid);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(running, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

export async function removeRunning(pid: number): Promise<void> {
  await rm(fileOf(pid), { force: true });
}

function fileOf(pid: number): string {
  return join(FOLDER, `${pid}.json`);
}
