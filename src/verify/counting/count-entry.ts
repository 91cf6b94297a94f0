import type { Identity } from '../../message/identity.ts';
import type { Offence, RunCounts } from '../../runs/documents/counts.ts';
import type { RowWindow } from '../row-window.ts';
import type { Entry } from './entry.ts';

/** Facts about a run that are needed to judge its messages, in addition to samples and deliveries. */
export interface RunScope {
  /**
   * Whether only the exchange's copies of messages were read, not the queue itself. A copy proves that the exchange
   * routed the message. A copy does not prove that the queue stored the message.
   */
  readonly copiesOnly?: boolean;
  /** Whether run.json is missing, so that the plan is not known. */
  readonly planUnknown?: boolean;
  /** Whether run.json records the end of the sender. */
  readonly ended: boolean;
  /**
   * Whether the plan includes this message. If the sender did not end cleanly, the row of such a message may be
   * missing.
   */
  readonly isPlanned: (identity: Omit<Identity, 'run'>) => boolean;
  /** The period in which the sender of this run can have sent messages. */
  readonly period: RowWindow;
  /**
   * Whether a message without a row may come from the sender of this run, judged by the send time of the
   * message.
   */
  readonly isOfRun: (identity: Omit<Identity, 'run'>, sentAtMs: number) => boolean;
}

type MutableCounts = { -readonly [K in keyof RunCounts]: RunCounts[K] };

/**
 * Returns the outcome of a message that the queue may have refused. Such a message has no ack, only a copy of it was
 * read, and no service has a receipt for it. Null for all other messages.
 */
export function unprovenCopy({ outcome, seen, hasReceipt }: Entry): 'rejected' | 'indeterminate' | null {
  if (seen === 0 || hasReceipt) return null;
  return outcome === 'rejected' || outcome === 'indeterminate' ? outcome : null;
}

/**
 * Whether the message counts as arrived.
 * @param unproven the outcome of a message if only its copy in the reader's own queue was read, which does not prove that
 * the user's queue had the message; null otherwise
 */
export function hasArrived(entry: Entry, unproven: ReturnType<typeof unprovenCopy>): boolean {
  return unproven === null && (entry.seen > 0 || entry.hasReceipt);
}

/** Whether a message without a row comes from another execution with the same run ID. */
export function isOfOther(entry: Entry, scope: RunScope): entry is Entry & { readonly sentAtMs: number } {
  return entry.outcome === null && entry.sentAtMs !== null && !scope.isOfRun(entry, entry.sentAtMs);
}

/**
 * Whether the message counts for this run. If the plan is not known, a message without a row does not count. It may
 * come from another sender with the same run ID.
 */
export function isOwn({ outcome }: Pick<Entry, 'outcome'>, { planUnknown = false }: RunScope): boolean {
  return outcome !== null || !planUnknown;
}

/** Adds one message to the counts. Returns the problem (what must not happen to a message, such as a loss), or null. */
export function countEntry(
  counts: MutableCounts,
  entry: Entry,
  arrived: boolean,
  scope: RunScope,
): Offence | null {
  if (arrived) counts.received++;
  if (arrived && entry.seen > 1 && isOwn(entry, scope)) counts.duplicated++;
  if (entry.enriched) counts.enriched++;
  const outcome = entry.outcome ?? (!scope.ended && scope.isPlanned(entry) ? 'indeterminate' : null);
  if (outcome === null) {
    counts.unexpected++;
    return 'unexpected';
  }
  counts.sent++;
  counts[outcome]++;
  if (outcome === 'indeterminate') counts[arrived ? 'recovered' : 'unresolved']++;
  if (outcome === 'acked' && !arrived) {
    counts.lost++;
    return 'lost';
  }
  if (outcome === 'rejected' && arrived) {
    counts.phantom++;
    return 'phantom';
  }
  return null;
}

/** Adds messages that were acknowledged and read once, and about which nothing else is known. */
export function addPlain(counts: MutableCounts, service: { unprocessed: number }, messages: number): void {
  counts.received += messages;
  counts.sent += messages;
  counts.acked += messages;
  service.unprocessed += messages;
}
