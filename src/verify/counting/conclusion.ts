import type { RunCounts, ServiceCounts } from '../../runs/documents/counts.ts';
import type { Offenders } from '../../runs/documents/verify-json.ts';
import type { OtherExecutionsCount } from './other-executions.ts';

/** What a tally, the count of the messages of one run, found about its run. */
export interface Conclusion {
  readonly counts: RunCounts;
  readonly service: ServiceCounts;
  /** Number of messages with receipts that no reader saw. */
  readonly unseen: number;
  /**
   * Number of messages that no reader saw and whose content the plan compares. A receipt says nothing about
   * the content.
   */
  readonly contentsUnseen: number;
  /**
   * Number of messages without an ack of which only a copy from the exchange was read. Such a copy does not prove that
   * the queue stored the message, so the message counts as not arrived.
   */
  readonly unstored: { readonly rejected: number; readonly indeterminate: number };
  readonly offenders: Offenders;
  /** Messages with the run's ID that other executions sent. */
  readonly others: OtherExecutionsCount;
  /** Number of messages that arrived and match a row of the samples. */
  readonly fitting: number;
  /** Number of deliveries whose send time no checksum proves. */
  readonly undated: number;
}
