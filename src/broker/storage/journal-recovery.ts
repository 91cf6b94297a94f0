import { cutTail } from './aside.ts';
import type { OnDamage } from './damage.ts';
import { fromLine } from './journal-line.ts';
import type { LogFile } from './log-file.ts';
import type { KnownLength } from './session.ts';
import { readFully } from './window.ts';

const NEWLINE = 0x0a;
const PIECE_BYTES = 1024 * 1024;
/**
 * Maximum number of pieces, each of `PIECE_BYTES`, that are kept of one line. An entry is one line and far shorter than
 * this limit, so a longer line is damaged.
 */
const MAX_LINE_PIECES = 256;

export interface JournalFile<Entry> {
  readonly path: string;
  readonly known: KnownLength;
  /** Parses an entry. Returns undefined if the value is not a valid entry. */
  readonly parse: (value: unknown) => Entry | undefined;
  /** Called with each entry that is read at the start, and with each new entry when it is on the disk. */
  readonly apply: (entry: Entry) => void;
  readonly onDamage: OnDamage;
  readonly log: (line: string) => void;
}

interface Line {
  readonly position: number;
  /** The line without its line feed. Undefined if the file ends before the line feed. */
  readonly bytes: Buffer | undefined;
}

/** The end of the sequence of valid lines, and whether valid lines follow the first invalid line. */
interface ReplayEnd {
  readonly position: number;
  readonly reason: 'end' | 'incomplete' | 'wrong line';
  readonly goodLineFollows: boolean;
}

/**
 * Applies each line and returns the number of intact bytes. An unfinished last line is cut off. Anything else
 * is damage, as in recoverLog of log/recovery.ts.
 */
export async function recoverJournal<Entry>(file: LogFile, options: JournalFile<Entry>): Promise<number> {
  const { path, known, onDamage, log } = options;
  const sizeBytes = await file.sizeBytes();
  const end = await replay(file, options);
  if (end.position < sizeBytes && isUnfinishedWrite(end, known)) {
    const copy = await cutTail(file, path, end.position);
    log(
      `removed ${sizeBytes - end.position} bytes of an unfinished write from the end of the journal; ${copy} contains these bytes`,
    );
  } else if (end.position < sizeBytes) {
    const what = `is damaged at byte ${end.position} of ${sizeBytes} (${end.reason})`;
    const mend = async () =>
      `truncated at that byte; the rest is kept in ${await cutTail(file, path, end.position)}`;
    await onDamage({ path, what, mend });
    return end.position;
  }
  if (known.kind === 'exact' && known.bytes !== sizeBytes) {
    const what = `has ${sizeBytes} bytes, but had ${known.bytes} when the broker stopped`;
    await onDamage({ path, what, mend: async () => `the remaining ${end.position} bytes are kept` });
  }
  return end.position;
}

function isUnfinishedWrite({ reason, goodLineFollows }: ReplayEnd, known: KnownLength): boolean {
  if (known.kind === 'exact' || goodLineFollows) return false;
  return reason === 'incomplete' || !known.cacheKept;
}

async function replay<Entry>(file: LogFile, { parse, apply }: JournalFile<Entry>): Promise<ReplayEnd> {
  let bad: Omit<ReplayEnd, 'goodLineFollows'> | undefined;
  let position = 0;
  for await (const line of readLines(file)) {
    const entry = line.bytes && toEntry(line.bytes, parse);
    if (entry !== undefined && bad) return { ...bad, goodLineFollows: true };
    if (entry === undefined) {
      bad ??= { position: line.position, reason: line.bytes ? 'wrong line' : 'incomplete' };
    } else {
      apply(entry);
      position = line.position + (line.bytes?.length ?? 0) + 1;
    }
  }
  return { ...(bad ?? { position, reason: 'end' }), goodLineFollows: false };
}

function toEntry<Entry>(line: Buffer, parse: (value: unknown) => Entry | undefined): Entry | undefined {
  const said = fromLine(line);
  return said && parse(said.value);
}

/** Reads the file in pieces, because a journal can be larger than the memory. */
async function* readLines(file: LogFile): AsyncIterable<Line> {
  let parts: Buffer[] = [];
  let lineStart = 0;
  for (let position = 0; ; ) {
    const piece = await readFully(file, position, PIECE_BYTES);
    if (piece.length === 0) break;
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      yield { position: lineStart, bytes: Buffer.concat([...parts, piece.subarray(start, end)]) };
      parts = [];
      start = end + 1;
      lineStart = position + start;
    }
    if (start < piece.length && parts.length < MAX_LINE_PIECES) parts.push(piece.subarray(start));
    position += piece.length;
  }
  if (parts.length > 0) yield { position: lineStart, bytes: undefined };
}
