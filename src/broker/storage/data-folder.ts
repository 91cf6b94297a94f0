import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, isSystemError } from '../error.ts';
import { syncDirectory } from './atomic-file.ts';
import { IDENTITY_FILE } from './identity.ts';
import { isLockName } from './lock.ts';
import { openLogFile } from './log-file.ts';

export const JOURNAL_FILE = 'offsets.journal';
export const TOPICS_FOLDER = 'topics';
/** Messages may be confidential, so only the owner can access a new data folder. */
const FOLDER_MODE = 0o700;

/**
 * Returns the real path of the folder. Creates the folder if it is missing; its parent must exist. Throws BrokerError
 * 'data-foreign' if the folder contains other data.
 */
export async function openDataFolder(path: string): Promise<string> {
  await mkdir(path, { mode: FOLDER_MODE }).catch(unlessThere);
  const directory = await realpath(path);
  if (await isNew(directory)) return directory;
  return findDataFolder(directory);
}

function unlessThere(error: unknown): void {
  if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
}

/** Returns the real path of a folder that a broker has used. */
export async function findDataFolder(path: string): Promise<string> {
  const directory = await realpath(path);
  if ((await readdir(directory)).includes(IDENTITY_FILE)) return directory;
  throw new BrokerError(
    'data-foreign',
    `${path} is not a data folder of a broker: it has no ${IDENTITY_FILE} and is not empty.`,
  );
}

/** Creates the content of a new data folder. The identity file comes last, because it marks the folder as complete. */
export async function layOut(directory: string): Promise<void> {
  if (!(await isNew(directory))) return;
  await mkdir(join(directory, TOPICS_FOLDER)).catch(unlessThere);
  const journal = await openLogFile(join(directory, JOURNAL_FILE), 'create');
  await journal.close();
  await syncDirectory(directory);
}

/** Whether the folder is empty, or contains only files that an interrupted start of a broker left. */
async function isNew(directory: string): Promise<boolean> {
  for (const name of await readdir(directory)) {
    if (!(await isRemnant(directory, name))) return false;
  }
  return true;
}

async function isRemnant(directory: string, name: string): Promise<boolean> {
  try {
    const stats = await stat(join(directory, name));
    if (stats.isSocket()) return isLockName(name);
    if (name === JOURNAL_FILE) return stats.isFile() && stats.size === 0;
    if (name === `${IDENTITY_FILE}.new`) return stats.isFile();
    return name === TOPICS_FOLDER && (await readdir(join(directory, name))).length === 0;
  } catch (error) {
    // The file vanished because another broker is starting and has just removed its lock.
    return isSystemError(error) && error.code === 'ENOENT';
  }
}
