import { BrokerError, isStorageFailure } from '../error.ts';
import { MAX_COMMIT_BYTES, MAX_JOURNAL_BYTES, MIN_COMPACTION_BYTES } from '../limits.ts';
import { crc32c } from '../log/crc32c.ts';
import { GroupCommit } from '../log/group-commit.ts';
import { AppendFile, type FsyncPolicy } from './append-file.ts';
import { replaceFile } from './atomic-file.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { readFully } from './window.ts';

const NEWLINE = 0x0a;
const SUM_DIGITS = 8;

export interface JournalOptions<Entry> {
  readonly path: string;
  readonly fsync: FsyncPolicy;
  /** Takes an entry: each one found at start, and each new one once it is durable. */
  readonly apply: (entry: Entry) => void;
  /** The entries that say as much as all that have been applied. */
  readonly snapshot: () => Iterable<Entry>;
  readonly log: (line: string) => void;
}

/** Opens the journal and applies what it holds. A line torn by a crash is cut off. */
export async function openJournal<Entry>(options: JournalOptions<Entry>): Promise<Journal<Entry>> {
  const file = await openLogFile(options.path);
  try {
    const lengthBytes = await recover(file, options);
    const journal = new Journal(options, new AppendFile(file, options.fsync, lengthBytes));
    await journal.compactIfLarge();
    return journal;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function recover<Entry>(file: LogFile, options: JournalOptions<Entry>): Promise<number> {
  const sizeBytes = await file.sizeBytes();
  if (sizeBytes > MAX_JOURNAL_BYTES) {
    throw new BrokerError('data-unusable', `${options.path} has ${sizeBytes} bytes, too many to read.`);
  }
  const goodBytes = replay(await readFully(file, 0, sizeBytes), options.apply);
  if (goodBytes === sizeBytes) return sizeBytes;
  options.log(`cut ${sizeBytes - goodBytes} bytes of a torn write off the journal`);
  await file.truncate(goodBytes);
  return goodBytes;
}

/** A small append-only file of JSON lines, each behind the CRC-32C of its text. */
export class Journal<Entry> {
  readonly #options: JournalOptions<Entry>;
  readonly #commits: GroupCommit<Entry, undefined>;
  #file: AppendFile;
  /** What the last compaction has left. */
  #compactedBytes = 0;

  constructor(options: JournalOptions<Entry>, file: AppendFile) {
    this.#options = options;
    this.#file = file;
    this.#commits = new GroupCommit({
      commit: (entries) => this.#commit(entries),
      sizeBytes: () => 1_024,
      maxGroupBytes: MAX_COMMIT_BYTES,
    });
  }

  /** Resolves once the entry is durable and applied; rejects with the system's error. */
  async append(entry: Entry): Promise<void> {
    await this.#commits.submit(entry);
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    await this.#file.close();
  }

  async #commit(entries: Entry[]): Promise<undefined[]> {
    await this.#file.append(entries.map((entry) => Buffer.from(toLine(entry))));
    for (const entry of entries) this.#options.apply(entry);
    await this.compactIfLarge();
    return entries.map(() => undefined);
  }

  /** Writes the journal anew if most of it no longer counts. Only for whoever opens it. */
  async compactIfLarge(): Promise<void> {
    const isLarge = this.#file.lengthBytes > Math.max(MIN_COMPACTION_BYTES, 4 * this.#compactedBytes);
    if (isLarge) await this.#compact();
  }

  /** The handle is closed first, as Windows renames nothing over an open file. */
  async #compact(): Promise<void> {
    await this.#file.close();
    try {
      await replaceFile(this.#options.path, [...this.#options.snapshot()].map(toLine).join(''));
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      this.#options.log(`cannot compact the journal: ${error.message}`);
    } finally {
      this.#file = await openAppendFile(this.#options);
      this.#compactedBytes = this.#file.lengthBytes;
    }
  }
}

async function openAppendFile({ path, fsync }: { path: string; fsync: FsyncPolicy }): Promise<AppendFile> {
  const file = await openLogFile(path);
  return new AppendFile(file, fsync, await file.sizeBytes());
}

function toLine(entry: unknown): string {
  const text = JSON.stringify(entry);
  return `${sum(Buffer.from(text))}${text}\n`;
}

function sum(text: Buffer): string {
  return crc32c(text).toString(16).padStart(SUM_DIGITS, '0');
}

/** Applies line after line and says how many bytes of them were good. */
function replay<Entry>(content: Buffer, apply: (entry: Entry) => void): number {
  let position = 0;
  for (;;) {
    const end = content.indexOf(NEWLINE, position);
    if (end === -1) return position;
    const text = content.subarray(position + SUM_DIGITS, end);
    if (content.toString('latin1', position, position + SUM_DIGITS) !== sum(text)) return position;
    apply(JSON.parse(text.toString()) as Entry);
    position = end + 1;
  }
}
