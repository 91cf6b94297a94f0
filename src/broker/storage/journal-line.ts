import { crc32c } from '../log/crc32c.ts';

const SUM_DIGITS = 8;

/** Encodes an entry as one line: the CRC-32C of its JSON, the JSON, a line feed. */
export function toLine(entry: unknown): string {
  const text = JSON.stringify(entry);
  return `${sum(Buffer.from(text))}${text}\n`;
}

/** Decodes a line without its line feed. Returns undefined if the checksum is wrong. */
export function fromLine(line: Buffer): { readonly value: unknown } | undefined {
  const text = line.subarray(SUM_DIGITS);
  if (line.toString('latin1', 0, SUM_DIGITS) !== sum(text)) return undefined;
  try {
    return { value: JSON.parse(text.toString()) };
  } catch {
    return undefined;
  }
}

function sum(text: Buffer): string {
  return crc32c(text).toString(16).padStart(SUM_DIGITS, '0');
}
