import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../error.ts';

/** Replaces a small file durably. After a crash, it has either the old or the new content. */
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

/** Replaces whatever has this name, such as an old draft or a foreign symbolic link. Never follows a link. */
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

/** Makes a new, renamed or removed name durable, where the system can (Windows cannot open a folder). */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (process.platform !== 'win32' || !isSystemError(error)) throw error;
  }
}
