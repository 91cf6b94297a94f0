import type { LogFile } from '../storage/log-file.ts';
import { readFully } from '../storage/window.ts';
import { type BatchHeader, crcHolds, HEADER_BYTES, MAGIC, MAGIC_VALUE, readHeader } from './record-batch.ts';

const PIECE_BYTES = 1024 * 1024;
/**
 * Limits the time of a search: it computes checksums of at most this many times the bytes of the range. Payloads can
 * contain many byte sequences that look like batch headers, and a checksum must be computed for each of them.
 */
const CHECKED_BYTES_FOR_EACH = 4;

export interface SearchRange {
  readonly from: number;
  readonly to: number;
  /** The search ignores batches whose offset is smaller than this. */
  readonly leastOffset: number;
}

/**
 * Whether the range contains the start of an intact batch whose offset is at least `leastOffset`. Also returns true if
 * the search takes too long.
 */
export async function hasBatchAfter(file: LogFile, range: SearchRange): Promise<boolean> {
  let budgetBytes = CHECKED_BYTES_FOR_EACH * (range.to - range.from);
  for (let start = range.from; start < range.to; start += PIECE_BYTES) {
    const piece = await readFully(file, start, Math.min(PIECE_BYTES + HEADER_BYTES, range.to - start));
    for (const { index, header } of candidates(piece, range)) {
      if (start + index + header.sizeBytes > range.to) continue;
      budgetBytes -= header.sizeBytes;
      if (budgetBytes < 0) return true;
      if (crcHolds(await readFully(file, start + index, header.sizeBytes))) return true;
    }
  }
  return false;
}

function* candidates(
  piece: Buffer,
  { leastOffset }: SearchRange,
): Iterable<{ index: number; header: BatchHeader }> {
  for (
    let magic = piece.indexOf(MAGIC_VALUE, MAGIC);
    magic !== -1;
    magic = piece.indexOf(MAGIC_VALUE, magic + 1)
  ) {
    const index = magic - MAGIC;
    if (index >= PIECE_BYTES) return;
    const header = readHeader(piece.subarray(index, index + HEADER_BYTES));
    if (header && header.baseOffset >= leastOffset && isConsistent(header)) yield { index, header };
  }
}

function isConsistent({ baseOffset, lastOffset, recordCount }: BatchHeader): boolean {
  return recordCount > 0 && lastOffset === baseOffset + recordCount - 1;
}
