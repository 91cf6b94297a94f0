import { printable } from '../../printable.ts';
import type { SummaryRecord } from '../../runs/summary-json.ts';
import type { Reason, VerifyRecord } from '../../runs/verify-json.ts';
import { plural } from '../figures.ts';
import { countFacts, offenceFacts, openOffences, sentFacts } from './counts.ts';
import { evidenceFacts } from './evidence.ts';
import type { ReasonFact, VerdictFacts } from './facts.ts';
import { offenceOf } from './kinds.ts';
import { offendersFacts } from './offenders.ts';

/** A file may have any number of them. */
const MAX_REASONS = 50;

/** The verdict with all that it rests on; without a verification, what the sender alone knows. */
export function verdictFacts(record: VerifyRecord | null, summary: SummaryRecord | null): VerdictFacts {
  return record === null ? unverified(summary) : verified(record);
}

function verified(record: VerifyRecord): VerdictFacts {
  return {
    verdict: record.verdict,
    headline: headline(record),
    reasons: record.reasons.slice(0, MAX_REASONS).map(reasonFact),
    notProven: record.notProven.slice(0, MAX_REASONS).map(({ text }) => `not proven: ${printable(text)}`),
    counts: countFacts(record),
    offences: offenceFacts(record),
    evidence: evidenceFacts(record),
    offenders: offendersFacts(record),
  };
}

function unverified(summary: SummaryRecord | null): VerdictFacts {
  return {
    verdict: 'unverified',
    headline: 'The queue was not read: what became of the messages is not known. qbl verify tells.',
    reasons: [],
    notProven: [],
    counts: summary === null ? [] : sentFacts(summary.statistics),
    offences: openOffences('the run was not verified'),
    evidence: [],
    offenders: [],
  };
}

function headline({ verdict, acked }: VerifyRecord): string {
  if (verdict === 'pass') return `Each of the ${plural(acked, 'acked message')} arrived.`;
  if (verdict === 'fail') return 'An offence is proven.';
  return 'Nothing is proven wrong, and the evidence does not suffice for a pass.';
}

function reasonFact(reason: Reason): ReasonFact {
  const { kind, count, text } = reason;
  return { name: offenceOf(reason)?.name ?? kind, count, text: printable(text) };
}
