import type { RunRecord } from '../../../runs/documents/run-json.ts';
import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';

/**
 * Time 0 of the charts: the first request, from which outages count too. So runs with a slow start can be compared with
 * others. Until the sender has finished, time 0 is the start of the sender.
 */
export function timeOriginOf(
  { startedAtMs }: Pick<RunRecord, 'startedAtMs'>,
  summary: Pick<SummaryRecord, 'statistics'> | null,
): number {
  return summary?.statistics.firstStartMs ?? startedAtMs;
}
