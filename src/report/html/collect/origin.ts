import type { RunRecord } from '../../../runs/documents/run-json.ts';
import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';

/**
 * Returns time 0 of the charts, in epoch milliseconds. It is the first request, from which outages count too.
 * So runs with a slow start can be compared with others. Until the sender has finished, it is the start of
 * the sender.
 */
export function timeOriginOf(
  { startedAtMs }: Pick<RunRecord, 'startedAtMs'>,
  summary: Pick<SummaryRecord, 'statistics'> | null,
): number {
  return summary?.statistics.firstStartMs ?? startedAtMs;
}
