import { constants, openSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { QblError } from './error.ts';

/**
 * Permissions of the files of a run. The files can contain what was sent, so only the user who started the
 * run may read them.
 */
const FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;
/** The permissions of the group and of all other users. */
const OTHERS = 0o077;
/**
 * With O_NOFOLLOW the system does not follow a symbolic link, which could lead to a file outside the run. Windows has
 * no such flag.
 */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const WRITE = constants.O_WRONLY | constants.O_CREAT;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW;

/**
 * Error codes with which Windows refuses to replace a file that another program has open. The refusal lasts
 * only a short time.
 */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
const REPLACE_ATTEMPTS = 10;
const REPLACE_PAUSE_MS = 50;

/** Creates a file that must not exist yet. A symbolic link in its place counts as existing. */
export function createPrivate(path: string): Promise<FileHandle> {
  return open(path, 'wx', FILE_MODE);
}

/** Opens a file for appending, and creates it if it is missing. Rejects a symbolic link in its place. */
export async function appendPrivate(path: string): Promise<FileHandle> {
  try {
    return await open(path, APPEND, FILE_MODE);
  } catch (error) {
    throw linkError(error);
  }
}

/** Opens a file as `appendPrivate` does, for a child process that inherits the file. Returns the file descriptor. */
export function appendPrivateSync(path: string): number {
  try {
    return openSync(path, APPEND, FILE_MODE);
  } catch (error) {
    throw new QblError('environment', `cannot write ${path}: ${(linkError(error) as Error).message}`);
  }
}

/**
 * Writes a file that the user named. Only the user can read a regular file afterwards, even if the file existed before
 * and others could read it. Follows symbolic links, and also writes into devices such as /dev/stdout.
 */
export async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, WRITE, FILE_MODE);
  try {
    const stats = await file.stat();
    if (stats.isFile()) {
      // The mode given to `open` applies only to a new file.
      if ((stats.mode & OTHERS) !== 0) await file.chmod(FILE_MODE);
      await file.truncate();
    }
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** With O_NOFOLLOW, the system reports "too many symbolic links" even for one symbolic link. */
function linkError(error: unknown): unknown {
  return codeOf(error) === 'ELOOP'
    ? new Error('it is a symbolic link, and qbl does not write through links', { cause: error })
    : error;
}

/**
 * Replaces a file or a symbolic link in one step, so that no reader sees half of the file.
 * @throws QblError 'environment' if the file cannot be written
 */
export async function replacePrivate(path: string, text: string): Promise<void> {
  const draft = draftOf(path);
  try {
    await writeDraft(draft, text);
    await replace(draft, path);
  } catch (error) {
    await removeDraft(draft);
    throw new QblError('environment', `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes a new file. Throws an error if the file exists. */
export async function writeDraft(draft: string, text: string): Promise<void> {
  const file = await createPrivate(draft);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Removes a draft. Ignores errors, because the error that prevented the writing of the file is the one to report. */
export async function removeDraft(draft: string): Promise<void> {
  await rm(draft, { force: true }).catch(() => {});
}

/**
 * Returns the path of a file whose name nobody can guess. The file is in the same folder as `path`, and so in the same
 * file system. Therefore a rename replaces `path` in one step.
 */
export function draftOf(path: string): string {
  return `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
}

async function replace(draft: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(draft, path);
    } catch (error) {
      if (!IN_USE.includes(codeOf(error)) || attempt === REPLACE_ATTEMPTS) throw error;
    }
    await sleep(REPLACE_PAUSE_MS);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
