import { writeSummary } from '../../src/runs/documents/summary-json.ts';
import { type RunFolder, runFiles } from '../../src/runs/run-folder.ts';
import { readJtl } from '../../src/samples/jtl/jtl-reader.ts';
import { newLatencyHistogram, summariseHistogram } from '../../src/samples/latency/histogram.ts';
import { outcomeOf } from '../../src/samples/outcome.ts';
import { Statistics, type StatisticsSummary } from '../../src/samples/summary/statistics.ts';

/** Writes the summary.json that the sender would have written. */
export async function summarise(folder: RunFolder, wrong: Partial<StatisticsSummary> = {}): Promise<void> {
  const statistics = new Statistics();
  for await (const rows of readJtl(runFiles(folder).samples)) {
    for (const row of rows) statistics.add(row, outcomeOf(row));
  }
  const latencyMs = summariseHistogram(newLatencyHistogram());
  await writeSummary(folder, {
    schema: 'qbl.summary/1',
    run: folder.id,
    rows: [],
    statistics: { ...statistics.summary(), ...wrong },
    latencyMs,
    intendedLatencyMs: null,
    rate: null,
    gaps: null,
  });
}
