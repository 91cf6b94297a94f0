import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../error.ts';
import { isCutOf } from '../storage/aside.ts';
import { syncDirectory } from '../storage/atomic-file.ts';
import { DESCRIPTION_FILE } from './topic-description.ts';

/** A topic being made, or being deleted: what a crash leaves of one is removed at the next start. */
export const MAKING_SUFFIX = '.making';
const DELETING_SUFFIX = '.deleting';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LOG_FILE = /^(0|[1-9]\d{0,3})\.log$/;

export function logFile(partition: number): string {
  return `${partition}.log`;
}

/** Whether a folder has the name of a topic's, and not one that somebody else has put there. */
export function isTopicId(name: string): boolean {
  return ID.test(name);
}

/** Whether this is what a crash has left of a topic that was being made or deleted. */
export function isUnfinished(name: string): boolean {
  const [id = '', ...suffix] = name.split('.');
  return isTopicId(id) && [MAKING_SUFFIX, DELETING_SUFFIX].includes(`.${suffix.join('.')}`);
}

/** Ends the topic's existence by renaming its folder; returns the new path. */
export async function markDeleted(directory: string, id: string): Promise<string> {
  const folder = join(directory, id + DELETING_SUFFIX);
  await rename(join(directory, id), folder);
  await syncDirectory(directory);
  return folder;
}

/** Removes what the broker made in the folder, and the folder if nothing else is in it. Returns whether it is gone. */
export async function removeTopicFiles(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  for (const name of names.filter(isOwn)) await rm(join(folder, name), { force: true });
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')) return false;
    throw error;
  }
}

function isOwn(name: string): boolean {
  if (name === DESCRIPTION_FILE || name === `${DESCRIPTION_FILE}.new` || LOG_FILE.test(name)) return true;
  const [partition = ''] = name.split('.log');
  return LOG_FILE.test(`${partition}.log`) && isCutOf(name, `${partition}.log`);
}
