import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that nobody else uses, and that goes when the test ends. */
export async function tempFolder(): Promise<string> {
  const folder = await makeTempFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** A folder for several tests, to be removed by who made it. */
export async function makeTempFolder(): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), 'qbl-test-'));
}

/** Windows refuses for a moment what a process that has just ended had open. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
