import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

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
