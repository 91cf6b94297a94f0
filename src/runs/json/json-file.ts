import { link } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { draftOf, removeDraft, replacePrivate, writeDraft } from '../../private-file.ts';

/**
 * Writes a JSON file, and replaces an existing one. Readers find either the old or the new content.
 * @throws QblError 'environment' if the file cannot be written
 */
export function replaceJson(file: string, value: unknown): Promise<void> {
  return replacePrivate(file, textOf(value));
}

/** Creates a JSON file. Readers find either no file or the whole content. Returns false if the file exists already. */
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
    await removeDraft(draft);
  }
}

async function linkOrWrite(draft: string, file: string, text: string): Promise<void> {
  try {
    // Creates a hard link, because a link fails if the file exists. A rename would replace the file.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Some file systems have no hard links. Then readers may find an empty file for a moment, and treat it as
    // missing.
    await writeDraft(file, text);
  }
}

const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
