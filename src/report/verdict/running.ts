import { plural } from '../../plural.ts';
import type { Incident } from '../../runs/documents/incidents-json.ts';
import type { StatisticsSummary } from '../../samples/summary/statistics.ts';
import { openOffences, sentFacts } from './counts.ts';
import type { VerdictFacts } from './facts.ts';
import { failureFacts, withFailures } from './failures.ts';

export type Phase = 'waiting' | 'sending' | 'reading';

/** Returns the facts of an unfinished run: no verdict yet, and what the sender has counted so far. */
export function runningFacts(
  phase: Phase,
  statistics: StatisticsSummary | null,
  incidents: readonly Incident[] = [],
): VerdictFacts {
  // The counts show failed requests. Failed requests are not listed as failures yet, because the counts are
  // not final.
  const failures = failureFacts(null, null, null, incidents);
  return {
    verdict: 'running',
    headline: withFailures(headline(phase, statistics?.samples ?? 0), 'running', failures),
    reasons: [],
    notProven: [],
    failures,
    counts: statistics === null ? [] : sentFacts(statistics),
    offences: openOffences('the run has not finished'),
    evidence: [],
    offenders: [],
  };
}

function headline(phase: Phase, samples: number): string {
  if (phase === 'waiting') return 'The run has not started to send yet. This page updates itself.';
  const sent = plural(samples, 'request');
  return phase === 'sending'
    ? `Sending: ${sent} answered so far.`
    : `Sent ${sent}. qbl is reading the queue; the verdict follows.`;
}
