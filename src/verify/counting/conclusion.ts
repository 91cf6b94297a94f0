import type { RunCounts, ServiceCounts } from '../../runs/documents/counts.ts';
import type { Offenders } from '../../runs/documents/verify-json.ts';
import type { OtherExecutionsCount } from './other-executions.ts';

/** The result of a tally, which counts the messages of one run. */
export interface Conclusion {
  readonly counts: RunCounts;
  readonly service: ServiceCounts;
  /** Number of messages that have receipts but that no reader saw. */
  readonly unseen: number;
  /**
   * Number of messages that no reader saw, although the plan compares their content. A receipt says nothing about the
   * content.
   */
  readonly contentsUnseen: number;
  /**
   * Number of messages without an ack for which only a copy from the exchange was read. Such a copy does not prove that
   * the queue stored the message. So the message counts as not arrived.
   */
  readonly unstored: { readonly rejected: number; readonly indeterminate: number };
  readonly offenders: Offenders;
  /** Messages with the run's ID that other executions sent. */
  readonly others: OtherExecutionsCount;
  /** Number of messages that arrived and match a row of the samples. */
  readonly fitting: number;
  /** Number of deliveries without a valid checksum, so that their send time is not proven. */
  readonly undated: number;
}
