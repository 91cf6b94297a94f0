import { readFileSync } from 'node:fs';
import { QblError } from '../../error.ts';
import { plainIssue } from '../../schema/plain-issue.ts';
import { z } from '../../schema/zod.ts';
import { nullIfMissing, statIfThere } from '../regular-file.ts';

/** Maximum size of a JSON file. Every file of a run is smaller. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_SHOWN_LENGTH = 60;

/**
 * Reads a JSON file of a run. Returns null if the file is missing.
 * @throws QblError 'usage' if the file is damaged or from another version
 */
export async function readJsonIfThere<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = textIfThere(file);
  return text === null ? null : parseRecord(file, text, schema);
}

/**
 * Parses the text of a JSON file.
 * @throws QblError 'usage' if the text is damaged or from another version
 */
export function parseRecord<T>(file: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
    return schema.parse(value, { error: plainIssue });
  } catch (error) {
    throw new QblError(
      'usage',
      `${file} does not have the format of this version of qbl: ${detailOf(error, value)}`,
      {
        hint: 'The file was changed or damaged, or another version of qbl wrote it. Restore the file, or remove it.',
        cause: error,
      },
    );
  }
}

/**
 * Checks a value before it is written to a file. Numbers from the queue or the sender may be out of range.
 * @throws QblError 'environment' if a number is out of range
 */
export function checkedRecord<T>(file: string, value: unknown, schema: z.ZodType<T>): T {
  const { data, error, success } = schema.safeParse(value, { error: plainIssue });
  if (success) return data;
  throw new QblError('environment', `cannot write ${file}: ${detailOf(error, value)}`, {
    hint: 'A number from the queue, the messages or the samples is out of range, so qbl cannot reach a verdict.',
    cause: error,
  });
}

/**
 * Reads the text of a file of a run. Returns null if the file is missing.
 * @throws QblError 'usage' if the file cannot be read or is too large
 */
export function textIfThere(file: string, maxBytes = MAX_FILE_BYTES): string | null {
  if (statIfThere(file, maxBytes) === null) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return nullIfMissing(file, error);
  }
}

function detailOf(error: unknown, value: unknown): string {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  if (issue === undefined) return (error as Error).message;
  const { path, message } = issue;
  if (path.length === 0) return message;
  return `field "${path.join('.')}" is ${shown(valueAt(value, path))}: ${message}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (outer, key) => (typeof outer === 'object' && outer !== null ? Reflect.get(outer, key) : undefined),
    value,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
