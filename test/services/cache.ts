import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Two levels below the root stands this file, and stands what it is compiled to. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, '.qbl', 'cache');
/** For what belongs to services that run in the background. */
export const SERVICES_FOLDER = join(ROOT, '.qbl', 'services');

/**
 * The folder of that name in the cache, which is kept between runs; when it is missing it is made first. It appears
 * whole or not at all: it is filled under another name.
 * @param name with the version of what it holds
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(join(CACHE, `unfinished-${name}-`));
  try {
    await fill(unfinished);
    await renameUnlessThere(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Another process may have been quicker, which is as good. */
async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
