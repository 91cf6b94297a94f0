import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { QblError, reasonOf } from './error.ts';

/**
 * Creates a folder and its missing parents. Node's recursive mkdir never ends on file systems such as /proc, which
 * report ENOENT although the parent exists.
 * @throws the system's error
 */
export async function makeFolders(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const above = dirname(resolve(path));
  if (above !== resolve(path)) await makeFolders(above);
  try {
    await mkdir(path);
  } catch (error) {
    // If another process has created the folder in the meantime, the error does not matter.
    if (!(await isFolder(path))) throw error;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/**
 * Creates a new folder for temporary files, which only this user can read.
 * @param prefix the start of the folder's name
 * @throws QblError 'environment' if the system's folder for temporary files is missing, read-only or full
 */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), prefix));
  } catch (error) {
    throw new QblError('environment', `cannot create a temporary folder: ${reasonOf(error)}`, {
      hint: 'Set the environment variable TMPDIR to a folder that you can write to.',
      cause: error,
    });
  }
}
