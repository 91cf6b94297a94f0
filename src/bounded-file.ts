import { isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { formatCount } from './count.ts';
import { QblError } from './error.ts';

/** As the name of a file, `-` means standard input. */
export const STANDARD_INPUT = '-';

/**
 * Reads the text of a file that the user names, or of standard input for `-`. The limit is needed because a
 * device such as /dev/zero has no end, and because a file can grow while qbl reads it.
 * @param what the name of the content in errors: "the plan"
 * @throws QblError 'usage'
 */
export async function readBoundedFile(what: string, file: string, maxBytes: number): Promise<string> {
  const name = file === STANDARD_INPUT ? 'standard input' : `"${file}"`;
  try {
    if (file === STANDARD_INPUT) return await textOf(process.stdin, maxBytes);
    const handle = await open(file);
    try {
      checkReadable(await handle.stat(), file, maxBytes);
      const stream = createReadStream(file, { fd: handle, autoClose: false });
      return await textOf(stream, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(what, name, cause as Error);
  }
}

/**
 * Like readBoundedFile, but synchronous, for the parsing of options. `-` has no special meaning.
 * @throws QblError 'usage'
 */
export function readBoundedFileSync(what: string, file: string, maxBytes: number): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      checkReadable(fstatSync(descriptor), file, maxBytes);
      const bytes = Buffer.allocUnsafe(maxBytes + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length <= maxBytes; length += read)
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (length > maxBytes) throw tooLarge(maxBytes);
      return textIn(bytes.subarray(0, length));
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw unreadable(what, `"${file}"`, cause as Error);
  }
}

/**
 * Checks that a file can be read.
 * @throws Error if the path is a folder or an endless device, or if the file is too large
 */
export function checkReadable(stats: Stats, file: string, maxBytes = Number.POSITIVE_INFINITY): void {
  // On Linux /dev/stdin can be a terminal. A terminal is a device, but unlike /dev/zero its input ends.
  if (!stats.isFile() && !stats.isFIFO() && !stats.isSocket() && file !== '/dev/stdin')
    throw new Error('expected a file or a pipe');
  if (stats.size > maxBytes) throw tooLarge(maxBytes);
}

function unreadable(what: string, name: string, cause: Error): QblError {
  return new QblError('usage', `cannot read ${what} ${name}: ${cause.message}`, { cause });
}

function tooLarge(maxBytes: number): Error {
  return new Error(`it has more than ${formatCount(maxBytes)} bytes`);
}

async function textOf(stream: AsyncIterable<Buffer | string>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(bytes);
  }
  return textIn(Buffer.concat(chunks));
}

/**
 * Decodes the bytes of a file. Editors on Windows write a byte order mark, which is no part of the text. Node replaces
 * invalid UTF-8 bytes by U+FFFD without an error. Without the check, qbl would send those replacement characters.
 */
function textIn(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Error('expected text in UTF-8; save it in that encoding');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
