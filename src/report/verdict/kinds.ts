import type { SERVICE_COUNTS } from '../../runs/documents/counts.ts';
import type { Counts, FailReason, Reason } from '../../runs/documents/verify-json.ts';
import type { CountGroup } from './facts.ts';

export type CountName = keyof Counts | (typeof SERVICE_COUNTS)[number];

/** What is counted. */
interface Kind {
  readonly group: CountGroup;
  /** As people read it, wherever it stands. */
  readonly name: string;
  /** The reason for which it fails a verdict. */
  readonly offence?: FailReason;
}

export const KINDS: Readonly<Record<CountName, Kind>> = {
  sent: { group: 'sent', name: 'sent' },
  acked: { group: 'sent', name: 'acked' },
  rejected: { group: 'sent', name: 'rejected' },
  indeterminate: { group: 'sent', name: 'indeterminate' },
  received: { group: 'arrived', name: 'received' },
  lost: { group: 'arrived', name: 'lost', offence: 'lost' },
  phantom: { group: 'arrived', name: 'phantom', offence: 'phantom' },
  unexpected: { group: 'arrived', name: 'unexpected', offence: 'unexpected' },
  recovered: { group: 'arrived', name: 'recovered' },
  unresolved: { group: 'arrived', name: 'unresolved' },
  duplicated: { group: 'deliveries', name: 'duplicated', offence: 'duplicated' },
  outOfOrder: { group: 'deliveries', name: 'out of order', offence: 'out-of-order' },
  corrupt: { group: 'deliveries', name: 'corrupt', offence: 'corrupt' },
  enriched: { group: 'deliveries', name: 'enriched' },
  otherExecution: { group: 'deliveries', name: 'other execution' },
  foreign: { group: 'deliveries', name: 'foreign' },
  processed: { group: 'service', name: 'processed' },
  processedTwice: { group: 'service', name: 'processed twice', offence: 'processed-twice' },
  deadLettered: { group: 'service', name: 'dead-lettered' },
  unprocessed: { group: 'service', name: 'unprocessed', offence: 'unprocessed' },
  failedAttempts: { group: 'service', name: 'failed attempts' },
};

/** The kinds of offence of which every verification tells, with a service or without. */
export const OFFENCE_NAMES: readonly string[] = Object.values(KINDS)
  .filter(({ group, offence }) => offence !== undefined && group !== 'service')
  .map(({ name }) => name);

/** The kind of offence that a reason is of; undefined: it is a gap in the evidence. */
export function offenceOf({ kind }: Reason): Kind | undefined {
  return Object.values(KINDS).find(({ offence }) => offence === kind);
}

/** Kinds that fail whatever the rules, once they are proven. */
const ALWAYS: readonly FailReason[] = ['lost', 'phantom', 'unexpected', 'corrupt', 'unprocessed'];

export function failsAlways(offence: FailReason): boolean {
  return ALWAYS.includes(offence);
}
