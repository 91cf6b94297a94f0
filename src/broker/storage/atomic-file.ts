import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../error.ts';

/** Replaces a small file so that a crash leaves either the old content or the new, on the disk. */
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

/** What a crash has left under this name, or a link that somebody else has put there, is replaced and not followed. */
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

/** Makes a new, renamed or removed name durable, where the system can (Windows cannot open a directory). */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (process.platform !== 'win32' || !isSystemError(error)) throw error;
  }
}
