import type { RunFolder } from '../../runs/run-folder.ts';
import type { Overlay } from '../html/collect/collect.ts';
import { readLatency } from '../html/collect/latency.ts';
import type { ComparisonTable } from '../html/report-data.ts';

/** What others add to the report of a run: their curves, and the table that compares the two sides. */
export async function overlayOf(
  others: readonly RunFolder[],
  tables: readonly ComparisonTable[],
): Promise<Overlay> {
  const latency = await Promise.all(
    others.map(async (folder) => (await readLatency(folder, folder.id)).slice(0, 1)),
  );
  return {
    latency: latency.flat(),
    tables,
  };
}
