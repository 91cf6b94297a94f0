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
