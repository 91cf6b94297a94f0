import type { Identity } from '../../message/identity.ts';
import type { Offence, RunCounts } from '../../runs/documents/counts.ts';
import type { RowWindow } from '../row-window.ts';
import type { Entry } from './identity-table.ts';

/** What is known of a run beside its samples and what was read. */
export interface RunScope {
  /** Whether only copies were seen: they prove that a message was routed, and not that the queue got it. */
  readonly copiesOnly?: boolean;
  /** Whether there is no `run.json`, so that the plan is not known. */
  readonly planUnknown?: boolean;
  /** Whether `run.json` has its end. */
  readonly ended: boolean;
  /** Whether the plan would have sent this message; without an end, such a one may lack its row. */
  readonly isPlanned: (identity: Omit<Identity, 'run'>) => boolean;
  /** When this execution can have sent. */
  readonly period: RowWindow;
  /** Whether a message without a row may be this execution's, by when it was sent. */
  readonly isOfRun: (identity: Omit<Identity, 'run'>, sentAtMs: number) => boolean;
}

type MutableCounts = { -readonly [K in keyof RunCounts]: RunCounts[K] };

/** A copy of a message that was not acked: the queue may be what refused it. Null: it is none, or a receipt proves more. */
export function unprovenCopy({ outcome, seen, hasReceipt }: Entry): 'rejected' | 'indeterminate' | null {
  if (seen === 0 || hasReceipt) return null;
  return outcome === 'rejected' || outcome === 'indeterminate' ? outcome : null;
}

/** Without a plan nobody knows which messages without a row this execution has sent. */
export function isOwn({ outcome }: Pick<Entry, 'outcome'>, { planUnknown = false }: RunScope): boolean {
  return outcome !== null || !planUnknown;
}

/** Counts one identity; says which offence it is, if any. */
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
