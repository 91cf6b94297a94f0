import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { QblError } from './error.ts';

/** Stands for standard input where a file is named. */
export const STANDARD_INPUT = '-';

/**
 * The text of a file that a user names; `-` is standard input. A device such as /dev/zero has no end, and a file may
 * have grown beyond what it can be: no more than the bound is ever read.
 * @param what it is, for errors: "the plan"
 * @throws QblError 'usage'
 */
export async function readBoundedFile(what: string, file: string, maxBytes: number): Promise<string> {
  const name = file === STANDARD_INPUT ? 'standard input' : `"${file}"`;
  const tooLarge = () =>
    new QblError(
      'usage',
      `cannot read ${what} ${name}: it has more than ${maxBytes.toLocaleString('en')} bytes`,
    );
  try {
    if (file === STANDARD_INPUT) return await textOf(process.stdin, maxBytes, tooLarge);
    const handle = await open(file);
    try {
      const stat = await handle.stat();
      // On Linux /dev/stdin may be a terminal, which is a device that ends.
      if (!stat.isFile() && !stat.isFIFO() && !stat.isSocket() && file !== '/dev/stdin')
        throw new QblError('usage', `cannot read ${what} ${name}: expected a file or a pipe`);
      if (stat.size > maxBytes) throw tooLarge();
      const stream = createReadStream(file, { fd: handle, autoClose: false });
      return await textOf(stream, maxBytes, tooLarge);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof QblError) throw cause;
    throw new QblError('usage', `cannot read ${what} ${name}: ${(cause as Error).message}`, { cause });
  }
}

async function textOf(
  stream: AsyncIterable<Buffer | string>,
  maxBytes: number,
  tooLarge: () => QblError,
): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
