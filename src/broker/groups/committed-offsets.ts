import { MAX_COMMITTED_BYTES } from '../limits.ts';
import { type Journal, type JournalOptions, openJournal } from '../storage/journal.ts';
import { applyEntry, entriesOf, type OffsetEntry, parseEntry } from './offset-entry.ts';
import { type CommittedOffset, OffsetTable } from './offset-table.ts';

export type CommittedOffsetsOptions = Pick<
  JournalOptions<OffsetEntry>,
  'path' | 'fsync' | 'known' | 'onDamage' | 'log'
>;

export async function openCommittedOffsets(options: CommittedOffsetsOptions): Promise<CommittedOffsets> {
  const table = new OffsetTable();
  const journal = await openJournal<OffsetEntry>({
    ...options,
    parse: parseEntry,
    apply: (entry) => applyEntry(table, entry),
    snapshot: () => entriesOf(table),
  });
  return new CommittedOffsets(table, journal);
}

/**
 * The committed offsets of every group. A promise for a change resolves once the change is on the disk, and rejects
 * with the disk's error.
 */
export class CommittedOffsets {
  readonly #table: OffsetTable;
  readonly #journal: Journal<OffsetEntry>;

  constructor(table: OffsetTable, journal: Journal<OffsetEntry>) {
    this.#table = table;
    this.#journal = journal;
  }

  groups(): Iterable<string> {
    return this.#table.groups();
  }

  get groupCount(): number {
    return this.#table.size;
  }

  has(group: string): boolean {
    return this.#table.has(group);
  }

  get(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#table.get(group, topic, partition);
  }

  all(group: string): CommittedOffset[] {
    return this.#table.all(group);
  }

  /**
   * Whether the memory limit has room for these offsets. Always true if the new offsets need no more memory than the
   * old offsets.
   */
  hasRoomFor(group: string, committed: readonly CommittedOffset[]): boolean {
    const added = this.#table.addedBytes(group, committed);
    return added <= 0 || this.#table.bytes + added <= MAX_COMMITTED_BYTES;
  }

  commit(group: string, committed: readonly CommittedOffset[]): Promise<void> {
    return this.#journal.append({ group, committed, atMs: Date.now() });
  }

  /** Records the present time as the last time at which the group had a member. */
  touch(group: string): void {
    this.#table.touch(group, Date.now());
  }

  /** Returns the groups whose last commit and last member were before this time. */
  idleSince(timeMs: number): string[] {
    return [...this.#table.groups()].filter((group) => (this.#table.lastActiveMs(group) ?? 0) < timeMs);
  }

  deleteGroup(group: string): Promise<void> {
    return this.#journal.append({ group, deleted: true });
  }

  /**
   * Removes all offsets of a deleted topic. Otherwise consumers of a new topic with the same name would start
   * at these offsets.
   */
  deleteTopic(topic: string): Promise<void> {
    return this.#journal.append({ deletedTopic: topic });
  }

  /** Closes the journal. Resolves with its length in bytes. */
  close(): Promise<number> {
    return this.#journal.close();
  }
}
