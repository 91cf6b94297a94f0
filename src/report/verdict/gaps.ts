import { plural } from '../../plural.ts';
import type { GapRecord, GapsRecord } from '../../runs/documents/gaps-json.ts';
import type { SummaryRecord } from '../../runs/documents/summary-json.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import { FATES } from '../../samples/gaps/gap-counts.ts';
import { formatCount } from '../figures.ts';
import type { GapsFact } from './facts.ts';

/**
 * Returns the gaps according to the verification, or else according to the sender. Null if neither the
 * verification nor the sender has the gaps.
 */
export function gapsFact(
  verification: Pick<VerifyRecord, 'gaps' | 'acked'> | null,
  summary: Pick<SummaryRecord, 'gaps' | 'statistics'> | null,
): GapsFact | null {
  const acked = verification?.acked ?? summary?.statistics.acked ?? 0;
  const gaps = verification?.gaps ?? summary?.gaps ?? null;
  return gaps === null ? null : factOf(gaps, acked);
}

const OUTCOMES = ['acked', 'rejected', 'indeterminate'] as const;

function factOf({ thresholdMs, longest, more }: GapsRecord, acked: number): GapsFact {
  const leftOut =
    more === 0 ? null : `${plural(more, 'shorter span')} without an acknowledged request, not shown`;
  if (longest.length === 0) {
    return { headline: noGapText(thresholdMs, more, acked), columns: [], rows: [], more: leftOut };
  }
  const isVerified = longest.every(({ messages }) => messages !== null);
  const columns = ['start', 'length', 'recovery', 'requests', ...OUTCOMES, ...(isVerified ? FATES : [])];
  const headline = `${plural(longest.length, 'gap')} of at least ${seconds(thresholdMs)} without an acknowledged request`;
  return { headline, columns, rows: longest.map(rowOf), more: leftOut };
}

function noGapText(thresholdMs: number, more: number, acked: number): string {
  if (acked === 0) return 'No request was acknowledged';
  // Only the longest spans without an acknowledgement were examined, so a shorter span may be a gap too.
  if (more > 0)
    return 'The sender paused in the longest spans without an acknowledgement: no request was in flight';
  return `No gap longer than ${seconds(thresholdMs)} without an acknowledged request`;
}

function rowOf({ afterMs, lengthMs, recovered, recoveryMs, requests, messages }: GapRecord): string[] {
  return [
    `after ${seconds(afterMs)}`,
    recovered ? seconds(lengthMs) : `${seconds(lengthMs)}, to the end of the run`,
    recoveryMs === null ? '-' : seconds(recoveryMs),
    formatCount(requests.sent),
    ...OUTCOMES.map((name) => formatCount(requests[name])),
    ...(messages === null ? [] : FATES.map((name) => formatCount(messages[name]))),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Returns the gaps as lines without a table, for JUnit. */
export function gapLines({ headline, columns, rows, more }: GapsFact): string[] {
  const lines = rows.map((row) => row.map((cell, index) => `${columns[index]} ${cell}`).join(', '));
  return [headline, ...lines, ...(more === null ? [] : [more])];
}
