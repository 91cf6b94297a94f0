import type { RunFolder } from '../../runs/run-folder.ts';
import type { Overlay } from '../html/collect.ts';
import { readLatency } from '../html/latency.ts';
import { compareRuns } from './compare.ts';
import type { RunFigures } from './figures-of-run.ts';

/** What others add to the report of a run: their curves, and the table that compares the two sides. */
export async function overlayOf(
  others: readonly RunFolder[],
  runs: readonly RunFigures[],
  compared: readonly RunFigures[],
): Promise<Overlay> {
  const latency = await Promise.all(
    others.map(async (folder) => (await readLatency(folder, folder.id)).slice(0, 1)),
  );
  return {
    latency: latency.flat(),
    tables: compared.length === 0 ? [] : [compareRuns(runs, compared)],
  };
}
