import { type AckedSamples, readAckedSamples } from '../samples/latency/acked-samples.ts';
import { readRun } from './documents/run-json.ts';
import { wrongRowCount } from './rows/row-count.ts';
import { RowOutcomes } from './rows/row-outcomes.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/**
 * Reads when the messages of a run arrived in the queue, by the rules of its plan.
 * @throws QblError 'usage' if a file of the run is damaged, or if it has too many samples for memory
 */
export async function ackedSamplesOf(folder: RunFolder): Promise<AckedSamples> {
  const record = readRun(folder);
  const read = await readAckedSamples(runFiles(folder).samples, new RowOutcomes(record?.plan ?? null));
  return { ...read, unclear: wrongRowCount(record, read.samples) ?? read.unclear };
}
