import type { PartitionLog } from '../log/partition-log.ts';

/**
 * A topic. Its folder is named by a generated id, so a recreated topic of the same name shares no files with the
 * deleted topic.
 */
export interface Topic {
  readonly id: string;
  readonly name: string;
  /** The logs of the partitions. The index is the partition's number. */
  readonly partitions: readonly PartitionLog[];
}

/** Closes every log, also after one of them could not be closed cleanly. Then throws the first error. */
export async function closeLogs(logs: readonly PartitionLog[]): Promise<void> {
  const closed = await Promise.allSettled(logs.map((log) => log.close()));
  for (const result of closed) if (result.status === 'rejected') throw result.reason;
}
