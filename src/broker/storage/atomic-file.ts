import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../error.ts';

/** Replaces the content of a small file. After a crash, the file has either the old or the new content. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeDurably(draft, content);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/**
 * Creates a new file. First removes an existing file with this name, such as an old draft. So the content is never
 * written through a symbolic link.
 */
async function writeDurably(path: string, content: string): Promise<void> {
  await rm(path, { force: true });
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Syncs a folder, so that created, renamed and removed names in it survive a crash. Windows cannot open folders, so
 * nothing is done there.
 */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (process.platform !== 'win32' || !isSystemError(error)) throw error;
  }
}
