import { BrokerError } from '../error.ts';
import { VERIFIED_TAIL_BYTES } from '../limits.ts';
import type { LogFile } from '../storage/log-file.ts';
import { Window } from '../storage/window.ts';
import { type BatchHeader, crcHolds, HEADER_BYTES, readHeader } from './record-batch.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface RecoveredLog {
  readonly lengthBytes: number;
  /** What was cut off the end, as it was written by halves or not at all. */
  readonly tornBytes: number;
}

/**
 * Walks the log batch by batch, hands each to `visit`, and truncates what follows the last good one. A batch
 * that was acked before a crash is whole; what a crash tears is at most the last commit, so that damage
 * further from the end is no torn tail and throws BrokerError 'data-unusable'.
 */
export async function recoverLog(
  file: LogFile,
  label: string,
  visit: (header: BatchHeader, position: number) => void,
): Promise<RecoveredLog> {
  const sizeBytes = await file.sizeBytes();
  const lengthBytes = await walk(file, sizeBytes, visit);
  const tornBytes = sizeBytes - lengthBytes;
  if (tornBytes > VERIFIED_TAIL_BYTES) {
    throw new BrokerError('data-unusable', `The log of ${label} is damaged at byte ${lengthBytes}.`);
  }
  if (tornBytes > 0) await file.truncate(lengthBytes);
  return { lengthBytes, tornBytes };
}

async function walk(
  file: LogFile,
  sizeBytes: number,
  visit: (header: BatchHeader, position: number) => void,
): Promise<number> {
  const window = new Window(file, WINDOW_BYTES);
  let position = 0;
  let nextOffset = 0;
  for (;;) {
    const header = readHeader(await window.read(position, HEADER_BYTES));
    if (!header || header.baseOffset !== nextOffset || header.lastOffset < nextOffset) return position;
    const end = position + header.sizeBytes;
    if (end > sizeBytes) return position;
    const verified = end > sizeBytes - VERIFIED_TAIL_BYTES;
    if (verified && !crcHolds(await window.read(position, header.sizeBytes))) return position;
    visit(header, position);
    position = end;
    nextOffset = header.lastOffset + 1;
  }
}
