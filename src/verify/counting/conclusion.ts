import type { RunCounts, ServiceCounts } from '../../runs/documents/counts.ts';
import type { Offenders } from '../../runs/documents/verify-json.ts';
import type { OtherExecutionsCount } from './other-executions.ts';

/** What a tally found about its run. */
export interface Conclusion {
  readonly counts: RunCounts;
  readonly service: ServiceCounts;
  /** Number of messages with receipts that no reader saw. */
  readonly unseen: number;
  /** Number of these messages whose content the plan compares. A receipt says nothing about the content. */
  readonly contentsUnseen: number;
  /** Number of unacknowledged messages of which only copies were read. They count as not arrived. */
  readonly unstored: { readonly rejected: number; readonly indeterminate: number };
  readonly offenders: Offenders;
  /** Messages with the run's ID that other executions sent. */
  readonly others: OtherExecutionsCount;
  /** Number of messages that arrived and match a row. */
  readonly fitting: number;
  /** Number of deliveries whose send time is not proven. */
  readonly undated: number;
}
