import { plural } from '../../plural.ts';
import { printable } from '../../printable.ts';
import { type Incident, incidentText } from '../../runs/documents/incidents-json.ts';
import type { RateKept } from '../../samples/rate-kept.ts';
import { formatCount } from '../figures.ts';
import { endedByFailures, type SenderEnd } from './ended-by-failures.ts';
import type { FailureFact, VerdictFacts } from './facts.ts';
import { missedRateText } from './missed-rate.ts';

/** Number of messages by outcome. The counts come from the verification, or else from the sender. */
export interface Outcomes {
  readonly sent: number;
  readonly rejected: number;
  readonly indeterminate: number;
}

/** Maximum number of processes that are listed because they ended too early. A run has fewer processes. */
const MAX_INCIDENTS = 20;

/** Returns failures of a run that the verdict does not cover, because the verdict is only about messages. */
export function failureFacts(
  outcomes: Outcomes | null,
  end: SenderEnd | null,
  rate: RateKept | null,
  incidents: readonly Incident[],
): FailureFact[] {
  const endedEarly = endedByFailures(end);
  const missed = missedRateText(rate);
  return [
    ...(outcomes === null ? [] : requestFacts(outcomes)),
    ...(endedEarly === null ? [] : [{ about: 'end' as const, text: endedEarly }]),
    ...(missed === null ? [] : [{ about: 'rate' as const, text: missed }]),
    ...incidents
      .slice(0, MAX_INCIDENTS)
      .map((incident) => ({ about: 'part' as const, text: printable(incidentText(incident)) })),
  ];
}

function requestFacts({ sent, rejected, indeterminate }: Outcomes): FailureFact[] {
  const failed = rejected + indeterminate;
  if (failed === 0) return [];
  const kinds = Object.entries({ rejected, indeterminate })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`);
  const were = failed === 1 ? 'was' : 'were';
  const text = `${formatCount(failed)} of ${plural(sent, 'request')} ${were} not acknowledged (${kinds.join(', ')})`;
  return [{ about: 'requests', text }];
}

/**
 * Adds the failures that the verdict does not cover to a text. A verdict is only about messages, so a pass
 * would hide these failures.
 */
export function withFailures(
  text: string,
  verdict: VerdictFacts['verdict'],
  failures: readonly FailureFact[],
): string {
  if (failures.length === 0) return text;
  const list = failures.map((failure) => failure.text).join('; ');
  return `${text} ${verdict === 'pass' ? 'But ' : ''}${list}.`;
}
