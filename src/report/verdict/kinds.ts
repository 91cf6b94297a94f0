import type { HOP_COUNTS, SERVICE_COUNTS } from '../../runs/documents/counts.ts';
import { FAIL_REASONS, type FailReason } from '../../runs/documents/reasons.ts';
import type { Reason, VerifyCounts } from '../../runs/documents/verify-json.ts';
import type { CountGroup } from './facts.ts';

export type CountName = keyof VerifyCounts | (typeof SERVICE_COUNTS)[number] | (typeof HOP_COUNTS)[number];

/** How one kind of count is shown, and which problem it proves. */
interface Kind {
  readonly group: CountGroup;
  /** Name of the count, the same in every output. */
  readonly name: string;
  /** The problem that the count proves, which can fail the verdict. Absent if the count cannot fail a verdict. */
  readonly offence?: FailReason;
}

const offence = (kind: FailReason) => ({ name: FAIL_REASONS[kind].name, offence: kind });

export const KINDS: Readonly<Record<CountName, Kind>> = {
  sent: { group: 'sent', name: 'sent' },
  acked: { group: 'sent', name: 'acked' },
  rejected: { group: 'sent', name: 'rejected' },
  indeterminate: { group: 'sent', name: 'indeterminate' },
  received: { group: 'arrived', name: 'received' },
  lost: { group: 'arrived', ...offence('lost') },
  phantom: { group: 'arrived', ...offence('phantom') },
  unexpected: { group: 'arrived', ...offence('unexpected') },
  recovered: { group: 'arrived', name: 'recovered' },
  unresolved: { group: 'arrived', name: 'unresolved' },
  duplicated: { group: 'deliveries', ...offence('duplicated') },
  outOfOrder: { group: 'deliveries', ...offence('out-of-order') },
  corrupt: { group: 'deliveries', ...offence('corrupt') },
  enriched: { group: 'deliveries', name: 'enriched' },
  otherExecution: { group: 'deliveries', name: 'other execution' },
  foreign: { group: 'deliveries', name: 'foreign' },
  processed: { group: 'service', name: 'processed' },
  processedTwice: { group: 'service', ...offence('processed-twice') },
  deadLettered: { group: 'service', name: 'dead-lettered' },
  unprocessed: { group: 'service', ...offence('unprocessed') },
  failedAttempts: { group: 'service', name: 'failed attempts' },
  missing: { group: 'hops', ...offence('missing-in-hops') },
  repeated: { group: 'hops', ...offence('repeated-in-hops') },
  neverSent: { group: 'hops', ...offence('never-sent-in-hops') },
  notInQueue: { group: 'hops', name: 'in hops, not in queue' },
};

/** Names of the problems that every verification reports, with or without a service or hops. */
export const OFFENCE_NAMES: readonly string[] = Object.values(KINDS)
  .filter(({ group, offence }) => offence !== undefined && group !== 'service' && group !== 'hops')
  .map(({ name }) => name);

/**
 * Returns the kind of count that proves a problem, such as the count of lost messages. Undefined if the reason is not a
 * problem, but missing evidence.
 */
export function offenceOf({ kind }: Reason): Kind | undefined {
  return Object.values(KINDS).find(({ offence }) => offence === kind);
}

/** Whether this problem fails every verdict, not only a verdict with an option such as `--ordered`. */
export function failsAlways(offence: FailReason): boolean {
  return FAIL_REASONS[offence].fails === 'always';
}
