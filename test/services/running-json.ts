import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES_FOLDER } from './cache.ts';
import type { ServiceName } from './service-names.ts';

/** The services of one background supervisor, as recorded in its file. */
export interface Running {
  /** The supervisor's process id. */
  readonly pid: number;
  /** Port at which the supervisor accepts the request to stop. */
  readonly controlPort: number;
  readonly services: readonly ServiceName[];
  /** The address of each service, one line each. */
  readonly lines: readonly string[];
}

/** One file for each supervisor, so that services can be added to running ones. */
const FOLDER = join(SERVICES_FOLDER, 'running');

/** All supervisors that were started and not stopped. */
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
