import type { RunRecord } from '../../../runs/documents/run-json.ts';
import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';

/**
 * Where the time of a run's charts begins: with its first request, from which outages count too. So runs that started
 * up more or less slowly can be laid over one another. Until the sender has ended: with the sender's start.
 */
export function timeOriginOf(
  { startedAtMs }: Pick<RunRecord, 'startedAtMs'>,
  summary: Pick<SummaryRecord, 'statistics'> | null,
): number {
  return summary?.statistics.firstStartMs ?? startedAtMs;
}
