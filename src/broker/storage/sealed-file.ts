import { constants, open } from 'node:fs/promises';
import { isSystemError } from '../error.ts';
import { MAX_SEALED_FILE_BYTES } from '../limits.ts';
import { crc32c } from '../log/crc32c.ts';
import { replaceFile } from './atomic-file.ts';
import { readFully } from './window.ts';

/**
 * The state of a file that `writeSealed` writes. `foreign`: readable but without a checksum, so no broker of this
 * version wrote it.
 */
export type Sealed =
  | { readonly kind: 'missing' | 'damaged' | 'foreign' }
  | { readonly kind: 'intact'; readonly content: unknown };

/** Writes a small JSON file with the CRC-32C of its content, so that later damage is detected. */
export async function writeSealed(path: string, content: unknown): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ content, crc32c: sumOf(content) })}\n`);
}

export async function readSealed(path: string): Promise<Sealed> {
  const text = await readBounded(path);
  if (text === undefined) return { kind: 'missing' };
  const sealed = parse(text);
  if (sealed === undefined) return { kind: 'damaged' };
  if (!isSealed(sealed)) return { kind: 'foreign' };
  return sumOf(sealed.content) === sealed.crc32c
    ? { kind: 'intact', content: sealed.content }
    : { kind: 'damaged' };
}

/** Flag that opens a named pipe without waiting for a writer. Windows has no such flag and no pipes in folders. */
const NO_WAITING = constants.O_NONBLOCK ?? 0;

async function readBounded(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | NO_WAITING);
    try {
      // Treats anything but a regular file as empty. Reading a pipe could wait forever, and a device may have
      // no end.
      if (!(await handle.stat()).isFile()) return '';
      const read = async (buffer: Buffer, position: number) =>
        (await handle.read(buffer, 0, buffer.length, position)).bytesRead;
      return (await readFully({ read }, 0, MAX_SEALED_FILE_BYTES)).toString();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSealed(value: unknown): value is { content: unknown; crc32c: string } {
  return typeof value === 'object' && value !== null && 'content' in value && 'crc32c' in value;
}

function sumOf(content: unknown): string {
  return crc32c(Buffer.from(JSON.stringify(content)))
    .toString(16)
    .padStart(8, '0');
}
