import type { CommittedOffset, OffsetTable } from './offset-table.ts';

/**
 * An entry of the journal of offsets. The entry records that a group committed offsets, or that offsets were removed.
 */
export type OffsetEntry =
  | { readonly group: string; readonly committed: readonly CommittedOffset[]; readonly atMs: number }
  | { readonly group: string; readonly deleted: true }
  | { readonly deletedTopic: string };

export function applyEntry(table: OffsetTable, entry: OffsetEntry): void {
  if ('deletedTopic' in entry) table.removeTopic(entry.deletedTopic);
  else if ('deleted' in entry) table.removeGroup(entry.group);
  else table.put(entry.group, entry.committed, entry.atMs);
}

/** Returns entries from which a reader of the journal can rebuild the whole table. */
export function* entriesOf(table: OffsetTable): Iterable<OffsetEntry> {
  for (const group of table.groups()) {
    yield { group, committed: table.all(group), atMs: table.lastActiveMs(group) ?? 0 };
  }
}

export function parseEntry(value: unknown): OffsetEntry | undefined {
  return isEntry(value) ? value : undefined;
}

function isEntry(value: unknown): value is OffsetEntry {
  if (typeof value !== 'object' || value === null) return false;
  if ('deletedTopic' in value) return typeof value.deletedTopic === 'string';
  if (!('group' in value) || typeof value.group !== 'string') return false;
  if ('deleted' in value) return value.deleted === true;
  if (!('atMs' in value) || typeof value.atMs !== 'number') return false;
  return 'committed' in value && Array.isArray(value.committed) && value.committed.every(isOffset);
}

function isOffset(value: unknown): value is CommittedOffset {
  if (typeof value !== 'object' || value === null) return false;
  if (!('topic' in value) || typeof value.topic !== 'string') return false;
  if (!('partition' in value) || !Number.isSafeInteger(value.partition)) return false;
  if (!('offset' in value) || !Number.isSafeInteger(value.offset)) return false;
  if (!('leaderEpoch' in value) || !Number.isSafeInteger(value.leaderEpoch)) return false;
  return 'metadata' in value && (value.metadata === null || typeof value.metadata === 'string');
}
