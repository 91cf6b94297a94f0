import { plural } from '../../plural.ts';
import type { Incident } from '../../runs/documents/incidents-json.ts';
import type { StatisticsSummary } from '../../samples/summary/statistics.ts';
import { openOffences, sentFacts } from './counts.ts';
import type { VerdictFacts } from './facts.ts';
import { failureFacts, withFailures } from './failures.ts';

/** How far a run is that goes on. */
export type Phase = 'waiting' | 'sending' | 'reading';

/** What a page says while its run goes on: no verdict yet, and what the sender has counted so far. */
export function runningFacts(
  phase: Phase,
  statistics: StatisticsSummary | null,
  incidents: readonly Incident[] = [],
): VerdictFacts {
  // Requests that fail are among the counts, which are not final yet.
  const failures = failureFacts(null, incidents);
  return {
    verdict: 'running',
    headline: withFailures(headline(phase, statistics?.samples ?? 0), 'running', failures),
    reasons: [],
    notProven: [],
    failures,
    counts: statistics === null ? [] : sentFacts(statistics),
    offences: openOffences('the run goes on'),
    evidence: [],
    offenders: [],
  };
}

function headline(phase: Phase, samples: number): string {
  if (phase === 'waiting') return 'The run has not begun to send yet. This page follows it.';
  const sent = plural(samples, 'request');
  return phase === 'sending'
    ? `Sending: ${sent} answered so far.`
    : `Sending has ended after ${sent}. The queue is being read; the verdict follows.`;
}
