import type { Identity } from '../../message/identity.ts';
import type { Offence, RunCounts } from '../../runs/documents/counts.ts';
import type { RowWindow } from '../row-window.ts';
import type { Entry } from './identity-table.ts';

/** The facts about a run that are needed besides its samples and messages. */
export interface RunScope {
  /** Whether only copies were read. They prove that a message was routed, but not that the queue stored it. */
  readonly copiesOnly?: boolean;
  /** Whether there is no `run.json`, so that the plan is not known. */
  readonly planUnknown?: boolean;
  /** Whether `run.json` has an end. */
  readonly ended: boolean;
  /** Whether the plan includes this message. Without an end, such a message may lack its row. */
  readonly isPlanned: (identity: Omit<Identity, 'run'>) => boolean;
  /** The period in which this execution can have sent messages. */
  readonly period: RowWindow;
  /** Whether a message without a row may belong to this execution, according to its send time. */
  readonly isOfRun: (identity: Omit<Identity, 'run'>, sentAtMs: number) => boolean;
}

type MutableCounts = { -readonly [K in keyof RunCounts]: RunCounts[K] };

/**
 * The outcome of an unacknowledged message of which only a copy was read: the queue may have refused it. Null for
 * other messages, and if a receipt proves more.
 */
export function unprovenCopy({ outcome, seen, hasReceipt }: Entry): 'rejected' | 'indeterminate' | null {
  if (seen === 0 || hasReceipt) return null;
  return outcome === 'rejected' || outcome === 'indeterminate' ? outcome : null;
}

/**
 * Whether the message counts as this execution's. Without a plan, a message without a row may belong to another one.
 */
export function isOwn({ outcome }: Pick<Entry, 'outcome'>, { planUnknown = false }: RunScope): boolean {
  return outcome !== null || !planUnknown;
}

/** Counts one identity, and returns its offence, if any. */
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
