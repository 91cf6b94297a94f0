import { printable } from '../../printable.ts';
import type { Incident } from '../../runs/documents/incidents-json.ts';
import { isFailReason, offenceText } from '../../runs/documents/reasons.ts';
import type { SummaryRecord } from '../../runs/documents/summary-json.ts';
import type { Reason, VerifyRecord } from '../../runs/documents/verify-json.ts';
import { formatCount } from '../figures.ts';
import { countFacts, offenceFacts, openOffences, sentFacts } from './counts.ts';
import type { SenderEnd } from './ended-by-failures.ts';
import { evidenceFacts } from './evidence.ts';
import type { ReasonFact, VerdictFacts } from './facts.ts';
import { failureFacts, withFailures } from './failures.ts';
import { offenceOf } from './kinds.ts';
import { offendersFacts } from './offenders.ts';

/** Maximum number of reasons that are shown. The number of reasons in verify.json is not limited. */
const MAX_REASONS = 50;

/**
 * Returns the verdict with its evidence. If the run was not verified, returns only the counts of the sender.
 * @param incidents processes that ended too early, if they are not in the verification
 * @param end how the sender ended; null if it is not known
 */
export function verdictFacts(
  record: VerifyRecord | null,
  summary: SummaryRecord | null,
  incidents: readonly Incident[] = record?.incidents ?? [],
  end: SenderEnd | null = null,
): VerdictFacts {
  return record === null ? unverified(summary, incidents, end) : verified(record, summary, incidents, end);
}

function verified(
  record: VerifyRecord,
  summary: SummaryRecord | null,
  incidents: readonly Incident[],
  end: SenderEnd | null,
): VerdictFacts {
  const offences = offenceFacts(record);
  const failures = failureFacts(record, end, summary?.rate ?? null, incidents);
  return {
    verdict: record.verdict,
    headline: withFailures(headline(record), record.verdict, failures),
    reasons: record.reasons.slice(0, MAX_REASONS).map(reasonFact),
    notProven: record.notProven.slice(0, MAX_REASONS).map(({ text }) => `not proven: ${printable(text)}`),
    failures,
    counts: countFacts(record),
    offences,
    evidence: evidenceFacts(record),
    offenders: offendersFacts(record),
  };
}

function unverified(
  summary: SummaryRecord | null,
  incidents: readonly Incident[],
  end: SenderEnd | null,
): VerdictFacts {
  const outcomes = summary === null ? null : outcomesOf(summary);
  const failures = failureFacts(outcomes, end, summary?.rate ?? null, incidents);
  return {
    verdict: 'unverified',
    headline: withFailures(UNVERIFIED, 'unverified', failures),
    reasons: [],
    notProven: [],
    failures,
    counts: summary === null ? [] : sentFacts(summary.statistics),
    offences: openOffences('the run was not verified'),
    evidence: [],
    offenders: [],
  };
}

const UNVERIFIED = 'The queue was not read, so the outcome of the messages is unknown. Run qbl verify.';

function outcomesOf({ statistics }: SummaryRecord) {
  const { samples: sent, rejected, indeterminate } = statistics;
  return { sent, rejected, indeterminate };
}

function headline({ verdict, acked, reasons }: VerifyRecord): string {
  if (verdict === 'pass') return passText(acked);
  if (verdict === 'unknown') return 'Nothing is proven wrong, but evidence is missing for a pass.';
  return reasons
    .slice(0, MAX_REASONS)
    .flatMap(({ kind, count }) =>
      isFailReason(kind) ? [`${formatCount(count ?? 0)} ${offenceText(kind, count ?? 0)}.`] : [],
    )
    .join(' ');
}

function passText(acked: number): string {
  return acked === 1
    ? 'The acknowledged message arrived.'
    : `All ${formatCount(acked)} acknowledged messages arrived.`;
}

function reasonFact(reason: Reason): ReasonFact {
  const { kind, count, text } = reason;
  return { name: offenceOf(reason)?.name ?? kind, count, text: printable(text) };
}

/** Writes a reason on one line, for terminal, Markdown and JUnit. */
export function reasonText({ name, count, text }: ReasonFact): string {
  return `${name}: ${count === null ? '' : `${formatCount(count)} `}${text}`;
}
