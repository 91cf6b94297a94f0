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

/** Problems that are proven by a message that was read. */
const PROVEN_BY_PRESENCE: ReadonlySet<FailReason> = new Set([
  'phantom',
  'unexpected',
  'corrupt',
  'processed-twice',
  'never-sent-in-hops',
]);

/** Problems that are proven by a message that was read from the queue, and by the hops. */
const PROVEN_BY_HOPS = ['missing-in-hops', 'repeated-in-hops'] as const;

/** Problems that are proven by a message that was read from the queue, and by what the service did with it. */
const PROVEN_BY_SERVICE: ReadonlySet<FailReason> = new Set(['unprocessed', ...PROVEN_BY_HOPS]);

/** Counts of messages that were read. If two readings of a log differ in such a count, the higher count is right. */
const COUNTS_OF_PRESENCE = [
  'phantom',
  'unexpected',
  'corrupt',
  'duplicated',
  'enriched',
  'otherExecution',
] as const;

/** Reasons to doubt which run the messages belong to, or which messages the rows name. */
const UNDERMINING: ReadonlySet<Reason['kind']> = new Set<UnknownReason>(['id-reused', 'unclear-samples']);

/**
 * Whether the second reading gives a reason to doubt the problems that messages prove in the first reading. An
 * example is a message of another execution that only the second reading found. Then messages without a row, and
 * messages without a matching checksum, may also come from that execution.
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

/**
 * Returns the second result. If messages of another execution cast doubt on a problem of the first result, adds this
 * reason, and a pass becomes unknown.
 */
export function undermining(second: VerifyResult, first: VerifyResult): VerifyResult {
  const { record } = second;
  if (!isReused(record, first.record) || record.reasons.some(({ kind }) => UNDERMINING.has(kind)))
    return second;
  const { unexpected, corrupt } = first.record;
  const text = `${messagesOf(record.otherExecution)} the id ${record.run} from another execution, and ${plural(unexpected + corrupt, 'more message')}, which only the first of the two readings found, may belong to either execution`;
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
 * Returns a result with the problems that messages prove in this reading or in another reading of the same log. A
 * problem stays proven even if retention removed the message before the other reading. Each count is the higher one
 * of both readings.
 */
export function withProven(result: VerifyResult, other: VerifyResult): VerifyResult {
  const reasons = withOffences(result, other);
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
    ...ofService(result.record, other.record, reasons),
    offenders: withOffenders(result.record, other.record, counts),
  };
  return { ...result, record };
}

function withOffences(result: VerifyResult, other: VerifyResult): Reason[] {
  const own = result.record.reasons;
  const provenByEach = new Set([
    ...PROVEN_BY_PRESENCE,
    ...(isSameQueue(result) ? (['duplicated'] as const) : []),
    ...(isSameQueue(result) && isServedAlike(result, other) ? PROVEN_BY_SERVICE : []),
  ]);
  const offences = FAIL_REASON_KINDS.flatMap((kind) => {
    const all = provenByEach.has(kind) ? [...own, ...other.record.reasons] : own;
    const [most] = all
      .filter((reason) => reason.kind === kind)
      .sort((a, b) => (b.count ?? 0) - (a.count ?? 0));
    return most ?? [];
  });
  return [...offences, ...own.filter(({ kind }) => !isFailReason(kind))];
}

/**
 * Whether this reading shows that both readings read the same queue. If the queue was recreated between the readings, a
 * message may have one copy in each queue, which proves no duplicate. A service takes its messages from the new queue,
 * so a message that was only in the old queue may rightly be unprocessed. A reading that did not reach the end of its
 * log does not show whether the queue was recreated.
 */
function isSameQueue({ record, doubts }: VerifyResult): boolean {
  return record.drained && !doubts.some(({ kind }) => kind === 'queue-recreated');
}

/** Whether the service wrote no receipt between the two readings. */
function isServedAlike(
  { record: { service } }: VerifyResult,
  { record: { service: other } }: VerifyResult,
): boolean {
  return service?.processed === other?.processed && service?.deadLettered === other?.deadLettered;
}

/**
 * Returns the counts of the service and of the hops. They come from the other reading if a problem in `reasons` is
 * proven only there.
 */
function ofService(
  own: VerifyRecord,
  other: VerifyRecord,
  reasons: readonly Reason[],
): Pick<VerifyRecord, 'service' | 'hops'> {
  const isProvenByOther = (proven: FailReason) =>
    reasons.some((reason) => reason.kind === proven && !own.reasons.includes(reason));
  return {
    service: isProvenByOther('unprocessed') ? other.service : own.service,
    hops: PROVEN_BY_HOPS.some(isProvenByOther) ? other.hops : own.hops,
  };
}

function withCounts(own: RunCounts, other: RunCounts | undefined): RunCounts {
  if (other === undefined) return own;
  const most = byName(COUNTS_OF_PRESENCE, (name) => Math.max(own[name], other[name]));
  // Only further phantoms and unexpected messages increase `received`. Messages of the other counts are already in
  // `received`.
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
