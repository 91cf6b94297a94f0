import type { PartitionLog } from '../log/partition-log.ts';

/** A topic is stored under a generated id. A recreated topic of the same name shares nothing with the deleted one. */
export interface Topic {
  readonly id: string;
  readonly name: string;
  /** Indexed by the partition's number. */
  readonly partitions: readonly PartitionLog[];
}
