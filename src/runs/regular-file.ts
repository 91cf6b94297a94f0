import { createReadStream, type Stats, statSync } from 'node:fs';
import { QblError } from '../error.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * Returns the size and times of a file. Null if the file is missing.
 * @throws QblError 'usage' if the file is too large, or if it is not a regular file: reading a device or a pipe may
 * never end
 */
export function statIfThere(path: string, maxBytes = Number.POSITIVE_INFINITY): Stats | null {
  const stats = statOf(path);
  if (stats === null) return null;
  if (!stats.isFile()) throw new QblError('usage', `cannot read ${path}: it is not a regular file`);
  if (stats.size <= maxBytes) return stats;
  throw new QblError('usage', `cannot read ${path}: it has ${stats.size} bytes, more than ${maxBytes}`, {
    hint: 'qbl never writes such a large file there. Restore the file, or remove it.',
  });
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (cause) {
    return nullIfMissing(path, cause);
  }
}

/**
 * Yields the bytes of a file. Yields nothing if the file is missing.
 * @throws QblError 'usage' if the file cannot be read
 */
export async function* bytesIfThere(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (cause) {
    nullIfMissing(path, cause);
  }
}

/**
 * Returns null if an error of the system says that the file is missing.
 * @throws QblError 'usage' for any other error, such as a file of another user
 */
export function nullIfMissing(path: string, cause: unknown): null {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw new QblError('usage', `cannot read ${path}: ${(cause as Error).message}`, { cause });
}
