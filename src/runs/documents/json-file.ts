import { link, rm } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { draftOf, replacePrivate, writeDraft } from '../../private-file.ts';

/**
 * Writes a file atomically: readers never see it half-written. Replaces an existing file.
 * @throws QblError 'environment' when it cannot be written
 */
export function replaceJson(file: string, value: unknown): Promise<void> {
  return replacePrivate(file, textOf(value));
}

/** Creates a file atomically: readers never see it half-written. Returns false if it already exists. */
export async function createJson(file: string, value: unknown): Promise<boolean> {
  const draft = draftOf(file);
  try {
    await writeDraft(draft, textOf(value));
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
    // Unlike a rename, a link does not replace an existing file.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Some file systems have no links. Then a reader can see an empty file, and treats it as missing.
    await writeDraft(file, text);
  }
}

const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
