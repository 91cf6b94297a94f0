interface Waiting<Entry, Result> {
  readonly entry: Entry;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export interface GroupCommitOptions<Entry, Result> {
  /**
   * Writes the entries to the disk in order. Resolves with the result of each entry. If the promise rejects, all
   * entries fail.
   */
  readonly commit: (entries: Entry[]) => Promise<Result[]>;
  readonly sizeBytes: (entry: Entry) => number;
  /** The commit takes waiting entries until their total size reaches this limit. */
  readonly maxGroupBytes: number;
}

/**
 * Commits groups of entries, one group at a time. Entries that arrive during a write share the next write and fsync.
 */
export class GroupCommit<Entry, Result> {
  readonly #options: GroupCommitOptions<Entry, Result>;
  #waiting: Waiting<Entry, Result>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Entry, Result>) {
    this.#options = options;
  }

  submit(entry: Entry): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when no entry waits and no write is in progress. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Waits until the end of this turn of the event loop, so that more entries can arrive and share the write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#running = undefined;
  }

  #takeGroup(): Waiting<Entry, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#waiting) {
      if (bytes >= this.#options.maxGroupBytes) break;
      bytes += this.#options.sizeBytes(entry);
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commitGroup(group: Waiting<Entry, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(group.map(({ entry }) => entry));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
