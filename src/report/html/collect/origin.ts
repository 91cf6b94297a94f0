import type { RunRecord } from '../../../runs/documents/run-json.ts';
import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';

/**
 * Returns time 0 of the charts, in epoch milliseconds: the start of the first request. The times of outages count from
 * there, too. A slow start of the sender then does not shift the curves of compared runs. Until the sender has
 * finished, time 0 is the start of the sender.
 */
export function timeOriginOf(
  { startedAtMs }: Pick<RunRecord, 'startedAtMs'>,
  summary: Pick<SummaryRecord, 'statistics'> | null,
): number {
  return summary?.statistics.firstStartMs ?? startedAtMs;
}
