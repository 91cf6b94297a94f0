import { join } from 'node:path';
import { MAX_COMMITTED_OFFSETS } from '../limits.ts';
import type { FsyncPolicy } from '../storage/append-file.ts';
import { type Journal, openJournal } from '../storage/journal.ts';

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
}

/** What the journal says: offsets that a group committed, or whose offsets are gone. */
type Entry =
  | { readonly group: string; readonly committed: readonly CommittedOffset[] }
  | { readonly group: string; readonly deleted: true }
  | { readonly deletedTopic: string };

type OffsetsOfGroup = Map<string, CommittedOffset>;

export interface CommittedOffsetsOptions {
  readonly directory: string;
  readonly fsync: FsyncPolicy;
  readonly log: (line: string) => void;
}

export async function openCommittedOffsets(options: CommittedOffsetsOptions): Promise<CommittedOffsets> {
  const byGroup = new Map<string, OffsetsOfGroup>();
  const journal = await openJournal<Entry>({
    path: join(options.directory, 'offsets.journal'),
    fsync: options.fsync,
    apply: (entry) => apply(byGroup, entry),
    snapshot: () => snapshot(byGroup),
    log: options.log,
  });
  return new CommittedOffsets(byGroup, journal);
}

/** The committed offsets of every group. Changes resolve once they are durable, and reject with the disk's error. */
export class CommittedOffsets {
  readonly #byGroup: ReadonlyMap<string, OffsetsOfGroup>;
  readonly #journal: Journal<Entry>;

  constructor(byGroup: ReadonlyMap<string, OffsetsOfGroup>, journal: Journal<Entry>) {
    this.#byGroup = byGroup;
    this.#journal = journal;
  }

  /** The groups that have committed something. */
  groups(): Iterable<string> {
    return this.#byGroup.keys();
  }

  has(group: string): boolean {
    return this.#byGroup.has(group);
  }

  get(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#byGroup.get(group)?.get(key(topic, partition));
  }

  all(group: string): CommittedOffset[] {
    return [...(this.#byGroup.get(group)?.values() ?? [])];
  }

  /** Whether these may be added without passing the bound; what replaces an offset always may. */
  hasRoomFor(group: string, committed: readonly CommittedOffset[]): boolean {
    const added = committed.filter(({ topic, partition }) => !this.get(group, topic, partition)).length;
    if (added === 0) return true;
    let present = 0;
    for (const offsets of this.#byGroup.values()) present += offsets.size;
    return present + added <= MAX_COMMITTED_OFFSETS;
  }

  commit(group: string, committed: readonly CommittedOffset[]): Promise<void> {
    return this.#journal.append({ group, committed });
  }

  deleteGroup(group: string): Promise<void> {
    return this.#journal.append({ group, deleted: true });
  }

  /** A topic made anew must not be read from its predecessor's offsets on. */
  deleteTopic(topic: string): Promise<void> {
    return this.#journal.append({ deletedTopic: topic });
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

function apply(byGroup: Map<string, OffsetsOfGroup>, entry: Entry): void {
  if ('deletedTopic' in entry) removeTopic(byGroup, entry.deletedTopic);
  else if ('deleted' in entry) byGroup.delete(entry.group);
  else put(byGroup, entry.group, entry.committed);
}

function put(
  byGroup: Map<string, OffsetsOfGroup>,
  group: string,
  committed: readonly CommittedOffset[],
): void {
  const offsets = byGroup.get(group) ?? new Map<string, CommittedOffset>();
  for (const offset of committed) offsets.set(key(offset.topic, offset.partition), offset);
  byGroup.set(group, offsets);
}

function removeTopic(byGroup: Map<string, OffsetsOfGroup>, topic: string): void {
  for (const [group, offsets] of byGroup) {
    for (const [place, offset] of offsets) if (offset.topic === topic) offsets.delete(place);
    if (offsets.size === 0) byGroup.delete(group);
  }
}

function* snapshot(byGroup: ReadonlyMap<string, OffsetsOfGroup>): Iterable<Entry> {
  for (const [group, offsets] of byGroup) yield { group, committed: [...offsets.values()] };
}

/** Names of topics have no colon. */
function key(topic: string, partition: number): string {
  return `${topic}:${partition}`;
}
