import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates a temporary folder that is removed when the test ends. */
export async function tempFolder(): Promise<string> {
  const folder = await makeTempFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Creates a temporary folder for several tests, which the caller must remove. */
export async function makeTempFolder(): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), 'qbl-test-'));
}

/** Removes a folder. On Windows, files of a process that has just ended cannot be removed at once. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
