import { type Stats, statSync } from 'node:fs';
import { QblError } from '../error.ts';

/**
 * What is known of a file of a run; null: it is missing.
 * @throws QblError 'usage' for anything but a file of at most this size: a device or a pipe may never end
 */
export function statIfThere(path: string, maxBytes = Number.POSITIVE_INFINITY): Stats | null {
  const stats = statOf(path);
  if (stats === null) return null;
  if (!stats.isFile()) throw new QblError('usage', `cannot read ${path}: it is no regular file`);
  if (stats.size <= maxBytes) return stats;
  throw new QblError('usage', `cannot read ${path}: it has ${stats.size} bytes, more than ${maxBytes}`, {
    hint: 'qbl writes no file of this size there: restore the file, or remove it.',
  });
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (cause) {
    throw new QblError('usage', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
