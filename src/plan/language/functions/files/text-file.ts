import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { checkReadable } from '../../../../bounded-file.ts';
import { reasonOf } from '../../../../error.ts';
import { ExpressionError } from '../../expression.ts';
import type { RunMemory } from '../run-memory.ts';

const MAX_BYTES = 64 * 1024 ** 2;

/** The encodings that Node decodes as Java does. */
const DECODERS: Readonly<Record<string, (bytes: Buffer) => string>> = {
  'UTF-8': utf8,
  UTF8: utf8,
  'ISO-8859-1': (bytes) => bytes.toString('latin1'),
  ISO8859_1: (bytes) => bytes.toString('latin1'),
  'US-ASCII': ascii,
  ASCII: ascii,
};

function utf8(bytes: Buffer): string {
  return bytes.toString('utf8');
}

function ascii(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^\0-\x7f]/g, '\ufffd');
}

/** @throws ExpressionError if the encoding is not supported */
export function decoderOf(encoding: string): (bytes: Buffer) => string {
  const decode = DECODERS[encoding.toUpperCase() || 'UTF-8'];
  if (decode !== undefined) return decode;
  throw new ExpressionError(`the encoding ${JSON.stringify(encoding)} of a file is not supported`);
}

/**
 * Returns the text of a file. Null if the file cannot be read. The file is read once in a run. A relative name starts in
 * the working directory, as in JMeter.
 */
export function textOfFile(file: string, encoding: string, memory: RunMemory): string | null {
  const key = `${encoding}\n${file}`;
  const known = memory.files.get(key);
  if (known !== undefined) return known;
  const text = readOrNull(file, decoderOf(encoding));
  memory.files.set(key, text);
  return text;
}

function readOrNull(file: string, decode: (bytes: Buffer) => string): string | null {
  try {
    return decode(bytesOfFile(file));
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
  const lines = utf8(bytes).split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new ExpressionError(`the file ${JSON.stringify(file)} is empty`);
  memory.lines.set(file, lines);
  return lines;
}

/** @throws ExpressionError if the file cannot be read */
export function bytesOfFile(file: string): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const stats = fstatSync(descriptor);
      checkReadable(stats, file, MAX_BYTES);
      const bytes = Buffer.alloc(stats.size);
      return bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new ExpressionError(`cannot read the file ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
