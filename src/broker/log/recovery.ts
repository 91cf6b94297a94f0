import { MAX_BATCH_BYTES, MAX_COMMIT_BYTES } from '../limits.ts';
import { cutTail } from '../storage/aside.ts';
import type { OnDamage } from '../storage/damage.ts';
import type { LogFile } from '../storage/log-file.ts';
import type { KnownLength } from '../storage/session.ts';
import { Window } from '../storage/window.ts';
import { hasBatchAfter } from './batch-search.ts';
import { type BatchHeader, crcHolds, HEADER_BYTES, readHeader } from './record-batch.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface RecoveryOptions {
  readonly file: LogFile;
  readonly path: string;
  /** Topic and partition of the log, for messages to the user. */
  readonly label: string;
  readonly known: KnownLength;
  /**
   * Recovery verifies the checksums of this many bytes at the end of the log. In earlier bytes, it reads only
   * the headers of batches.
   */
  readonly verifiedTailBytes: number;
  readonly onDamage: OnDamage;
  readonly log: (line: string) => void;
}

/** The end of the sequence of intact batches, and the reason why the sequence ends. */
interface WalkEnd {
  readonly position: number;
  readonly nextOffset: number;
  /** Why the sequence ends. `incomplete` means that the file ends inside a batch. */
  readonly reason: 'end' | 'incomplete' | 'no batch' | 'wrong checksum';
}

/**
 * Reads the log batch by batch and calls `visit` for each. Returns the number of intact bytes. A crash can
 * leave an unfinished write at the end. Such a write is cut off and kept in a separate file. Anything else is
 * reported as damage.
 */
export async function recoverLog(
  options: RecoveryOptions,
  visit: (header: BatchHeader, position: number) => void,
): Promise<number> {
  const { file, path, label, known, onDamage, log } = options;
  const sizeBytes = await file.sizeBytes();
  const end = await walk(options, sizeBytes, visit);
  const cutBytes = sizeBytes - end.position;
  if (cutBytes > 0 && (await isUnfinishedWrite(file, sizeBytes, end, known))) {
    const copy = await cutTail(file, path, end.position);
    log(
      `${label}: removed ${cutBytes} bytes of an unfinished write from the end of the log; ${copy} contains these bytes`,
    );
  } else if (cutBytes > 0) {
    const what = `is damaged at byte ${end.position} of ${sizeBytes} (${describe(end)})`;
    const mend = async () =>
      `truncated at that byte; the rest is kept in ${await cutTail(file, path, end.position)}`;
    await onDamage({ path, what, mend });
    return end.position;
  }
  const missing = missingPart(sizeBytes, end, known);
  if (missing) {
    const mend = async () => `the remaining ${end.position} bytes are kept`;
    await onDamage({ path, what: missing, mend });
  }
  return end.position;
}

async function walk(
  { file, verifiedTailBytes }: RecoveryOptions,
  sizeBytes: number,
  visit: (header: BatchHeader, position: number) => void,
): Promise<WalkEnd> {
  const window = new Window(file, WINDOW_BYTES);
  let position = 0;
  let nextOffset = 0;
  const ended = (reason: WalkEnd['reason']) => ({ position, nextOffset, reason });
  while (position < sizeBytes) {
    if (position + HEADER_BYTES > sizeBytes) return ended('incomplete');
    const header = readHeader(await window.read(position, HEADER_BYTES));
    if (!header || header.baseOffset !== nextOffset || header.lastOffset < nextOffset) {
      return ended('no batch');
    }
    const end = position + header.sizeBytes;
    if (end > sizeBytes) return ended('incomplete');
    const verified = end > sizeBytes - verifiedTailBytes;
    if (verified && !crcHolds(await window.read(position, header.sizeBytes))) return ended('wrong checksum');
    visit(header, position);
    position = end;
    nextOffset = header.lastOffset + 1;
  }
  return ended('end');
}

/**
 * Whether a crash explains the incomplete end of the file. After a killed process, the file contains only the beginning
 * of its last write. After a power cut, parts of the last commit can be missing. But if an intact batch follows the
 * missing part, a crash is not the cause, and the file is damaged.
 */
async function isUnfinishedWrite(
  file: LogFile,
  sizeBytes: number,
  { position, nextOffset, reason }: WalkEnd,
  known: KnownLength,
): Promise<boolean> {
  if (known.kind === 'exact' || position < known.bytes) return false;
  if (known.cacheKept && reason !== 'incomplete') return false;
  if (sizeBytes - position > MAX_COMMIT_BYTES + MAX_BATCH_BYTES) return false;
  return !(await hasBatchAfter(file, { from: position + 1, to: sizeBytes, leastOffset: nextOffset }));
}

function missingPart(sizeBytes: number, { position }: WalkEnd, known: KnownLength): string | undefined {
  if (known.kind === 'exact' && sizeBytes !== known.bytes) {
    return `has ${sizeBytes} bytes, but had ${known.bytes} when the broker stopped`;
  }
  if (position >= known.bytes) return undefined;
  return `has ${position} bytes, but had ${known.bytes} before`;
}

function describe({ reason, nextOffset }: WalkEnd): string {
  const reasons = {
    end: '',
    incomplete: 'the file ends inside a batch',
    'no batch': 'no valid batch begins there',
    'wrong checksum': 'the checksum is wrong',
  };
  return `${reasons[reason]}; offset ${nextOffset}`;
}
