import { constants, openSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { QblError } from './error.ts';

/** The files of a run may hold what was sent: only their user may read them. */
const FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;
/** Windows has no such flag. A link would be followed to a file that is not the run's. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW;

/** Windows refuses for a moment to replace a file that somebody has open. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
const REPLACE_ATTEMPTS = 10;
const REPLACE_PAUSE_MS = 50;

/** Creates a file that must not exist yet; a symbolic link in its place counts as one that exists. */
export function createPrivate(path: string): Promise<FileHandle> {
  return open(path, 'wx', FILE_MODE);
}

/** Opens a file to append to it, and creates it where it is missing; rejects for a symbolic link in its place. */
export async function appendPrivate(path: string): Promise<FileHandle> {
  try {
    return await open(path, APPEND, FILE_MODE);
  } catch (error) {
    throw linkError(error);
  }
}

/** The same for a process that inherits the file; returns the descriptor. */
export function appendPrivateSync(path: string): number {
  try {
    return openSync(path, APPEND, FILE_MODE);
  } catch (error) {
    throw new QblError('environment', `cannot write ${path}: ${(linkError(error) as Error).message}`);
  }
}

/** With O_NOFOLLOW the system says "too many symbolic links" of a single one. */
function linkError(error: unknown): unknown {
  return codeOf(error) === 'ELOOP'
    ? new Error('it is a symbolic link, and qbl does not write through links', { cause: error })
    : error;
}

/**
 * Writes a file in place of an older one, or of a symbolic link; nobody sees it half-written.
 * @throws QblError 'environment' when it cannot be written
 */
export async function replacePrivate(path: string, text: string): Promise<void> {
  const draft = draftOf(path);
  try {
    await writeDraft(draft, text);
    await replace(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new QblError('environment', `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes a file that must not exist yet. */
export async function writeDraft(draft: string, text: string): Promise<void> {
  const file = await createPrivate(draft);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** A name beside the file that nobody can guess, in the same file system. */
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
