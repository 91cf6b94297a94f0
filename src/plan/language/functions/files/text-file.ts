import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { formatCount } from '../../../../count.ts';
import { reasonOf } from '../../../../error.ts';
import { withRegularFile } from '../../../../files/regular-file.ts';
import { ExpressionError } from '../../expression.ts';
import { decoderOf, type Encoding, encodingOf } from '../../java-encoding.ts';
import type { RunMemory } from '../run-memory.ts';

const MAX_BYTES = 64 * 1024 ** 2;
const END = Buffer.alloc(0);

/** @throws ExpressionError if the encoding is not supported */
export function encodingNamed(name: string): Encoding {
  const encoding = encodingOf(name);
  if (encoding !== null) return encoding;
  throw new ExpressionError(`the encoding ${JSON.stringify(name)} of a file is not supported`);
}

/**
 * Returns the text of a file. Null if the file cannot be read. The file is read once in a run, if the memory has room for
 * the text. A relative name starts in the working directory, as in JMeter.
 */
export function textOfFile(file: string, encoding: Encoding, memory: RunMemory): string | null {
  const key = `${encoding}\n${file}`;
  const known = memory.files.get(key);
  if (known !== undefined) return known;
  const text = readOrNull(file, encoding);
  memory.files.add(key, text);
  return text;
}

function readOrNull(file: string, encoding: Encoding): string | null {
  try {
    const decode = decoderOf(encoding);
    return decode(bytesOfFile(file)) + decode(END);
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}

/**
 * Returns the lines of a file in UTF-8, split as by Java's BufferedReader.
 * @throws ExpressionError if the file cannot be read, or if it is empty
 */
export function linesOfFile(file: string, memory: RunMemory): readonly string[] {
  const known = memory.lines.get(file);
  if (known !== undefined) return known;
  const bytes = bytesOfFile(file);
  if (!isUtf8(bytes)) throw new ExpressionError(`the file ${JSON.stringify(file)} is not in UTF-8`);
  const lines = bytes.toString('utf8').split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new ExpressionError(`the file ${JSON.stringify(file)} is empty`);
  memory.lines.set(file, lines);
  return lines;
}

/** @throws ExpressionError if the file cannot be read */
export function bytesOfFile(file: string): Buffer {
  try {
    return withRegularFile(file, (descriptor, size) => {
      if (size > MAX_BYTES) throw new Error(`it has more than ${formatCount(MAX_BYTES)} bytes`);
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, readSync(descriptor, bytes));
    });
  } catch (error) {
    throw new ExpressionError(`cannot read the file ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
