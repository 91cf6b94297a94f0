import type { RunFolder } from '../../runs/run-folder.ts';
import type { Overlay } from '../html/collect/collect.ts';
import { readLatency } from '../html/collect/latency.ts';
import type { ComparisonTable } from '../html/report-data.ts';
import { nameIn, type RunNames } from './run-names.ts';

/** Returns what compared runs add to a report: their latency curves, and the tables of the comparison. */
export async function overlayOf(
  others: readonly RunFolder[],
  names: RunNames,
  tables: readonly ComparisonTable[],
): Promise<Overlay> {
  const latency = await Promise.all(
    others.map(async (folder) => (await readLatency(folder, nameIn(names, folder))).slice(0, 1)),
  );
  return {
    latency: latency.flat(),
    tables,
  };
}
