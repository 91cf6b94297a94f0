import { isStorageFailure, isSystemError } from '../error.ts';
import { MAX_COMMIT_BYTES, MIN_COMPACTION_BYTES } from '../limits.ts';
import { GroupCommit } from '../log/group-commit.ts';
import { AppendFile, type FsyncPolicy } from './append-file.ts';
import { replaceFile } from './atomic-file.ts';
import { toLine } from './journal-line.ts';
import { type JournalFile, recoverJournal } from './journal-recovery.ts';
import { type LogFile, openLogFile } from './log-file.ts';

export interface JournalOptions<Entry> extends JournalFile<Entry> {
  readonly fsync: FsyncPolicy;
  /** Returns entries from which the present state can be rebuilt. */
  readonly snapshot: () => Iterable<Entry>;
}

/** Opens the journal and applies its entries. If a crash left an incomplete last line, cuts it off. */
export async function openJournal<Entry>(options: JournalOptions<Entry>): Promise<Journal<Entry>> {
  const file = await openExisting(options);
  try {
    const lengthBytes = await recoverJournal(file, options);
    return new Journal(options, new AppendFile(file, options.fsync, lengthBytes));
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openExisting<Entry>({ path, onDamage }: JournalOptions<Entry>): Promise<LogFile> {
  try {
    return await openLogFile(path, 'existing');
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    await onDamage({ path, what: 'is missing', mend: async () => 'an empty journal was created' });
    return openLogFile(path, 'create');
  }
}

/** A small append-only file of JSON lines, each preceded by the CRC-32C of its text. */
export class Journal<Entry> {
  readonly #options: JournalOptions<Entry>;
  readonly #commits: GroupCommit<Entry, undefined>;
  /** Undefined if the file could not be opened again after it was rewritten. The next append tries to open the file. */
  #file: AppendFile | undefined;
  /** Size of the journal file after it was last rewritten. */
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

  /** Writes an entry. Resolves when the entry is on the disk and applied. Rejects with the system's error. */
  async append(entry: Entry): Promise<void> {
    await this.#commits.submit(entry);
  }

  /** Closes the file. Resolves with its length in bytes. */
  async close(): Promise<number> {
    await this.#commits.idle();
    const file = await this.#open();
    await file.close();
    return file.lengthBytes;
  }

  async #commit(entries: Entry[]): Promise<undefined[]> {
    const file = await this.#open();
    await file.append(entries.map((entry) => Buffer.from(toLine(entry))));
    for (const entry of entries) this.#options.apply(entry);
    if (file.lengthBytes > Math.max(MIN_COMPACTION_BYTES, 4 * this.#compactedBytes))
      await this.#compact(file);
    return entries.map(() => undefined);
  }

  /**
   * Rewrites the journal with the present state, because most of its entries are outdated. The journal file is closed
   * first, because Windows cannot rename a file over an open file. The entries are already on the disk, so a failure
   * here is no failure of the commit.
   */
  async #compact(file: AppendFile): Promise<void> {
    this.#file = undefined;
    await this.#tryTo('close the journal', () => file.close());
    await this.#tryTo('compact the journal', () => {
      return replaceFile(this.#options.path, [...this.#options.snapshot()].map(toLine).join(''));
    });
    await this.#tryTo('open the journal', () => this.#open());
  }

  async #open(): Promise<AppendFile> {
    if (this.#file === undefined) {
      this.#file = await openAppendFile(this.#options);
      this.#compactedBytes = this.#file.lengthBytes;
    }
    return this.#file;
  }

  async #tryTo(what: string, action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      this.#options.log(`cannot ${what}: ${error.message}`);
    }
  }
}

async function openAppendFile({ path, fsync }: { path: string; fsync: FsyncPolicy }): Promise<AppendFile> {
  const file = await openLogFile(path, 'existing');
  try {
    return new AppendFile(file, fsync, await file.sizeBytes());
  } catch (error) {
    await file.close();
    throw error;
  }
}
