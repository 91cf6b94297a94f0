import { link, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { QblError } from '../error.ts';

/** Windows refuses for a moment to replace a file that somebody has open. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
const REPLACE_ATTEMPTS = 10;
const REPLACE_PAUSE_MS = 50;

/**
 * Writes a file that nobody sees half-written, in place of an older one.
 * @throws QblError 'environment' when it cannot be written
 */
export function replaceJson(file: string, value: unknown): Promise<void> {
  return replaceFile(file, textOf(value));
}

/** The same for a file of any text. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = draftOf(file);
  try {
    await writeFile(draft, text);
    await replace(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new QblError('environment', `cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function replace(draft: string, file: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(draft, file);
    } catch (error) {
      const inUse = IN_USE.includes((error as NodeJS.ErrnoException).code ?? '');
      if (!inUse || attempt === REPLACE_ATTEMPTS) throw error;
    }
    await sleep(REPLACE_PAUSE_MS);
  }
}

/** Makes a file that nobody sees half-written; false when it is there already. */
export async function createJson(file: string, value: unknown): Promise<boolean> {
  const draft = draftOf(file);
  try {
    await writeFile(draft, textOf(value));
    await linkOrWrite(draft, file, textOf(value));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new QblError('environment', `cannot write ${file}: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}

async function linkOrWrite(draft: string, file: string, text: string): Promise<void> {
  try {
    // Unlike a rename, a link does not replace what is there.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Some file systems have no links: then a reader takes an empty file for none.
    await writeFile(file, text, { flag: 'wx' });
  }
}

const draftOf = (file: string) => `${file}.${process.pid}`;
const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
