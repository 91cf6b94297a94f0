import { link, rm } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { draftOf, replacePrivate, writeDraft } from '../../private-file.ts';

/**
 * Writes a file that nobody sees half-written, in place of an older one.
 * @throws QblError 'environment' when it cannot be written
 */
export function replaceJson(file: string, value: unknown): Promise<void> {
  return replacePrivate(file, textOf(value));
}

/** Makes a file that nobody sees half-written; false when it is there already. */
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
    // Unlike a rename, a link does not replace what is there.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Some file systems have no links: then a reader takes an empty file for none.
    await writeDraft(file, text);
  }
}

const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
