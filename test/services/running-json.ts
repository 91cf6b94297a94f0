import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SERVICES_FOLDER } from './cache.ts';

/** What runs in the background, as its supervisor has written it down. */
export interface Running {
  /** Where the supervisor can be told to stop. */
  readonly controlPort: number;
  /** What listens where, a line each. */
  readonly lines: readonly string[];
}

const FILE = join(SERVICES_FOLDER, 'running.json');

/** Null: nothing was started, or it was stopped. */
export async function readRunning(): Promise<Running | null> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8'));
  } catch {
    return null;
  }
}

export async function writeRunning(running: Running): Promise<void> {
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(`${FILE}.new`, `${JSON.stringify(running, null, 2)}\n`);
  await rename(`${FILE}.new`, FILE);
}

export async function removeRunning(): Promise<void> {
  await rm(FILE, { force: true });
}
