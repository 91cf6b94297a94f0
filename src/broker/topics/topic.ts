import type { PartitionLog } from '../log/partition-log.ts';

/** A topic lives under a generated id: one made anew under the same name shares nothing with its predecessor. */
export interface Topic {
  readonly id: string;
  readonly name: string;
  /** The index is the partition's number. */
  readonly partitions: readonly PartitionLog[];
}
