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
 * Suffixes of a topic's folder while the topic is created or deleted. The next start and the next creation of a topic
 * remove such folders.
 */
export const MAKING_SUFFIX = '.making';
const DELETING_SUFFIX = '.deleting';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** The description of a topic, and the draft of a new description. */
const DESCRIPTION_FILES = [DESCRIPTION_FILE, `${DESCRIPTION_FILE}.new`];
const LOG_FILE = /^(0|[1-9]\d{0,3})\.log$/;

export function logFile(partition: number): string {
  return `${partition}.log`;
}

/** Whether the name of a folder has the form of a topic's id. */
export function isTopicId(name: string): boolean {
  return ID.test(name);
}

/** Whether this folder was left while its topic was being created or deleted. */
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

/**
 * Removes the unfinished folders that a crash or an earlier error left. Skips a folder that cannot be removed now,
 * because the next call tries again. Returns the folders that have files of others.
 */
export async function removeUnfinished(directory: string): Promise<string[]> {
  const foreign: string[] = [];
  const entries = await readdir(directory, { withFileTypes: true });
  const unfinished = entries.filter((entry) => entry.isDirectory() && isUnfinished(entry.name));
  for (const { name } of unfinished) {
    const folder = join(directory, name);
    const removed = await removeTopicFiles(folder).catch(ignoreSystemError);
    if (removed === false) foreign.push(folder);
  }
  return foreign;
}

/**
 * Removes the folder of a topic that could not be created. Does not list the folder, because listing needs a free file
 * descriptor.
 */
export async function removeDraft(folder: string, partitions: number): Promise<void> {
  const logs = Array.from({ length: partitions }, (_, number) => logFile(number));
  try {
    for (const name of [...DESCRIPTION_FILES, ...logs]) await rm(join(folder, name), { force: true });
    await rmdir(folder);
  } catch (error) {
    ignoreSystemError(error);
  }
}

/** Removes the files of a topic and their folder. Keeps files that the broker did not create, and reports them. */
export async function removeFolder(folder: string, log: (line: string) => void): Promise<void> {
  if (!(await removeTopicFiles(folder))) log(describeForeign(folder));
}

export function describeForeign(folder: string): string {
  return `${folder} has files that the broker did not create: they were left there`;
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
async function removeTopicFiles(folder: string): Promise<boolean> {
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
  if (DESCRIPTION_FILES.includes(name) || LOG_FILE.test(name)) return true;
  const [partition = ''] = name.split('.log');
  return LOG_FILE.test(`${partition}.log`) && isCutOf(name, `${partition}.log`);
}

function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
