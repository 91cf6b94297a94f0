import { open } from 'node:fs/promises';
import { z } from 'zod';
import { QblError } from '../error.ts';

/** More than any JSON file of a run has. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * Reads a JSON file of a run that may be missing: null then.
 * @throws QblError 'usage' when it is damaged or of another version
 */
export async function readJsonIfThere<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await textIfThere(file);
  return text === null ? null : parseRecord(file, text, schema);
}

/** @throws QblError 'usage' when the text of the file is damaged or of another version */
export function parseRecord<T>(file: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new QblError('usage', `${file} is not what this version of qbl writes: ${detailOf(error)}`, {
      cause: error,
    });
  }
}

async function textIfThere(file: string): Promise<string | null> {
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).size > MAX_FILE_BYTES)
        throw new RangeError(`more than ${MAX_FILE_BYTES} bytes`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new QblError('usage', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function detailOf(error: unknown): string {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  return issue === undefined ? (error as Error).message : `${issue.path.join('.')}: ${issue.message}`;
}
