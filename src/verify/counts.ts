import type { Identity } from '../message/identity.ts';
import type { Place } from '../queue/queue.ts';

/**
 * What became of the messages of a run. It always holds that
 * sent = acked + rejected + indeterminate,
 * indeterminate = recovered + unresolved, and
 * received = acked − lost + recovered + phantom + unexpected.
 */
export interface Counts {
  readonly sent: number;
  readonly acked: number;
  readonly rejected: number;
  readonly indeterminate: number;
  /** Distinct messages of the run that arrived. */
  readonly received: number;
  /** Acked and not there. */
  readonly lost: number;
  /** Messages seen more than once. */
  readonly duplicated: number;
  /** Rejected and there all the same. */
  readonly phantom: number;
  /** There, without a sample, though the sender stopped in good order. */
  readonly unexpected: number;
  /** Deliveries of other runs, or of no run. */
  readonly foreign: number;
  /** Deliveries whose sum does not match. */
  readonly corrupt: number;
  /** Deliveries to which fields were added. */
  readonly enriched: number;
  /** Indeterminate and there. */
  readonly recovered: number;
  /** Indeterminate and not there. */
  readonly unresolved: number;
  /** Acked messages delivered after one that the same thread sent later, within a partition. */
  readonly outOfOrder: number;
}

/** Kinds of which single messages are shown. */
export const OFFENCES = ['lost', 'phantom', 'unexpected', 'corrupt', 'duplicated', 'outOfOrder'] as const;
export type Offence = (typeof OFFENCES)[number];

/** One message that something is wrong with: by its identity, its place, or both. */
export interface Offender {
  readonly identity: Omit<Identity, 'run'> | null;
  readonly place: Place | null;
}

export type Offenders = Readonly<Record<Offence, readonly Offender[]>>;

/** How many offenders of a kind are kept and shown. */
export const MAX_OFFENDERS = 20;
