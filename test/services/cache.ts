import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. The compiled copies of this file are in other folders below the same root. */
export const ROOT = folderWithPackageJson(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, '.qbl', 'cache');
/** Folder for files of services that run in the background. */
export const SERVICES_FOLDER = join(ROOT, '.qbl', 'services');

function folderWithPackageJson(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderWithPackageJson(dirname(folder));
}

/** Whether `cached` would return this folder at once. */
export function isCached(name: string): boolean {
  return existsSync(join(CACHE, name));
}

/**
 * Returns a folder of the cache, which is kept between runs. Creates and fills the folder if it is missing. The folder
 * has a temporary name until it is complete.
 * @param name includes the version of the content of the folder
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

/** If another process created the folder first, that folder is used. */
async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
