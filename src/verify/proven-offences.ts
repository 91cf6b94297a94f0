import { plural, verb } from '../plural.ts';
import { byName, OFFENCES, RUN_COUNTS, type RunCounts, totalOf } from '../runs/documents/counts.ts';
import { MAX_OFFENDERS, type Offender } from '../runs/documents/offender.ts';
import {
  FAIL_REASON_KINDS,
  type FailReason,
  isFailReason,
  type UnknownReason,
} from '../runs/documents/reasons.ts';
import type { Offenders, Reason, VerifyRecord } from '../runs/documents/verify-json.ts';
import type { VerifyResult } from './result.ts';

/** Offences that a message proves which was read. The others need messages that were not found, or the order of all. */
const PROVEN_BY_PRESENCE: ReadonlySet<FailReason> = new Set([
  'phantom',
  'unexpected',
  'corrupt',
  'processed-twice',
  'never-sent-in-hops',
]);

/** Counts of what was read. A reading that found fewer does not refute the one that found more. */
const COUNTS_OF_PRESENCE = [
  'phantom',
  'unexpected',
  'corrupt',
  'duplicated',
  'enriched',
  'otherExecution',
] as const;

/** Reasons to doubt whose messages were read, or what their rows say. */
const UNDERMINING: ReadonlySet<Reason['kind']> = new Set<UnknownReason>(['id-reused', 'unclear-samples']);

/**
 * Whether the second reading found a reason to doubt what the messages prove that the first one read. If it found
 * messages of another execution, this execution need not have sent those without a row or a matching checksum.
 */
export function undermines({ record: second }: VerifyResult, { record: first }: VerifyResult): boolean {
  const known = new Set(first.reasons.map(({ kind }) => kind));
  return (
    isReused(second, first) || second.reasons.some(({ kind }) => UNDERMINING.has(kind) && !known.has(kind))
  );
}

function isReused(second: VerifyRecord, first: VerifyRecord): boolean {
  return second.otherExecution > first.otherExecution && first.unexpected + first.corrupt > 0;
}

/** The second result. It is no pass if it undermines an offence of the first one instead of refuting it. */
export function undermining(second: VerifyResult, first: VerifyResult): VerifyResult {
  const { record } = second;
  if (!isReused(record, first.record) || record.reasons.some(({ kind }) => UNDERMINING.has(kind)))
    return second;
  const { unexpected, corrupt } = first.record;
  const text = `${messagesOf(record.otherExecution)} the id ${record.run} from another execution, and ${unexpected + corrupt} more, which only the first reading found, may belong to either execution`;
  const reasons: readonly Reason[] = [...record.reasons, { kind: 'id-reused', count: null, text }];
  return {
    ...second,
    record: { ...record, verdict: record.verdict === 'fail' ? 'fail' : 'unknown', reasons },
  };
}

function messagesOf(count: number): string {
  return `${plural(count, 'message')} ${verb(count, 'carries', 'carry')}`;
}

/**
 * A result with the offences that messages prove which another reading of the same log read. What was read stays
 * proven, even if retention removes it before the other reading. The counts are those of the reading that found more.
 */
export function withProven(result: VerifyResult, other: VerifyResult): VerifyResult {
  const reasons = withOffences(result.record.reasons, other.record.reasons);
  const runs = result.record.runs.map((counts, i) => ({
    ...counts,
    ...withCounts(counts, other.record.runs[i]),
  }));
  const counts = totalOf(RUN_COUNTS, runs);
  const record: VerifyRecord = {
    ...result.record,
    ...counts,
    verdict: reasons.some(({ kind }) => isFailReason(kind)) ? 'fail' : result.record.verdict,
    reasons,
    deliveries: result.record.deliveries + counts.received - result.record.received,
    runs,
    offenders: withOffenders(result.record, other.record, counts),
  };
  return { ...result, record };
}

function withOffences(own: readonly Reason[], others: readonly Reason[]): Reason[] {
  const offences = FAIL_REASON_KINDS.flatMap((kind) => {
    const all = PROVEN_BY_PRESENCE.has(kind) ? [...own, ...others] : own;
    const [most] = all
      .filter((reason) => reason.kind === kind)
      .sort((a, b) => (b.count ?? 0) - (a.count ?? 0));
    return most ?? [];
  });
  return [...offences, ...own.filter(({ kind }) => !isFailReason(kind))];
}

function withCounts(own: RunCounts, other: RunCounts | undefined): RunCounts {
  if (other === undefined) return own;
  const most = byName(COUNTS_OF_PRESENCE, (name) => Math.max(own[name], other[name]));
  // These two are not among the messages that arrived and should have arrived.
  const added = most.phantom - own.phantom + most.unexpected - own.unexpected;
  return { ...own, ...most, received: own.received + added };
}

function withOffenders(own: VerifyRecord, other: VerifyRecord, counts: RunCounts): Offenders {
  return byName(OFFENCES, (offence) => {
    if (counts[offence] === own[offence]) return own.offenders[offence];
    const all = [...other.offenders[offence], ...own.offenders[offence]];
    const each = new Map<string, Offender>(all.map((offender) => [JSON.stringify(offender), offender]));
    return [...each.values()].slice(0, Math.min(MAX_OFFENDERS, counts[offence]));
  });
}
