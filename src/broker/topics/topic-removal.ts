import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageFailure, isSystemError } from '../error.ts';
import { isCutOf } from '../storage/aside.ts';
import { syncDirectory } from '../storage/atomic-file.ts';
import { closeLogs, type Topic } from './topic.ts';
import { DESCRIPTION_FILE } from './topic-description.ts';

export interface TopicsFolder {
  /** The folder that contains one folder for each topic. */
  readonly directory: string;
  readonly log: (line: string) => void;
}

/**
 * Suffixes of a topic's folder while the topic is created or deleted. After a crash, the next start removes such
 * folders.
 */
export const MAKING_SUFFIX = '.making';
const DELETING_SUFFIX = '.deleting';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LOG_FILE = /^(0|[1-9]\d{0,3})\.log$/;

export function logFile(partition: number): string {
  return `${partition}.log`;
}

/** Whether the name of a folder has the form of a topic's id. */
export function isTopicId(name: string): boolean {
  return ID.test(name);
}

/** Whether a crash left this folder while its topic was being created or deleted. */
export function isUnfinished(name: string): boolean {
  const [id = '', ...suffix] = name.split('.');
  return isTopicId(id) && [MAKING_SUFFIX, DELETING_SUFFIX].includes(`.${suffix.join('.')}`);
}

/**
 * Deletes the topic by renaming its folder, then removes the files. Closes the logs first, because a log refuses
 * batches after its file was moved. A log that cannot be closed cleanly prevents no deletion, because nobody needs its
 * data any more.
 */
export async function removeTopic({ directory, log }: TopicsFolder, topic: Topic): Promise<void> {
  try {
    await closeLogs(topic.partitions);
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(
      `could not cleanly close the logs of the topic "${topic.name}" before its deletion: ${error.message}`,
    );
  }
  await removeFolder(await markDeleted(directory, topic.id), log);
}

/**
 * Whether the topic's folder may still have the name of a topic. If so, the next start finds the topic. Only a missing
 * folder proves that the topic is deleted.
 */
export async function mayBeOnDisk({ directory }: TopicsFolder, { id }: Topic): Promise<boolean> {
  try {
    await lstat(join(directory, id));
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code !== 'ENOENT';
  }
}

/** Removes the files of a topic and their folder. Keeps files that the broker did not create, and reports them. */
export async function removeFolder(folder: string, log: (line: string) => void): Promise<void> {
  const removed = await removeTopicFiles(folder);
  if (!removed) log(`${folder} has files that the broker did not create: they were left there`);
}

/** Renames the topic's folder, which deletes the topic. Returns the new path. */
export async function markDeleted(directory: string, id: string): Promise<string> {
  const folder = join(directory, id + DELETING_SUFFIX);
  await rename(join(directory, id), folder);
  await syncDirectory(directory);
  return folder;
}

/**
 * Removes the broker's own files in the folder, then the folder if it is empty. Returns whether the folder was
 * removed.
 */
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
