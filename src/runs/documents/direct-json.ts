import { z } from '../../schema/zod.ts';
import { count, epochMs } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

const counts = {
  /** Number of requests that reached the service. */
  arrived: count(),
  processed: count(),
  /** Number of requests whose work failed. */
  failed: count(),
  /** Number of requests that were refused because too many were waiting. */
  refused: count(),
  timedOut: count(),
  /** Number of requests that were waiting or being processed when the service stopped. */
  interrupted: count(),
  /** Largest number of requests that were waiting or being processed at the same time. */
  peakPending: count(),
  /** Largest number of requests that arrived within one second. */
  busiestSecond: count(),
  /** Largest number of requests whose work started within one second. */
  busiestSecondOfWork: count(),
  /** Time of the first request, in epoch milliseconds. Null if there was none. */
  firstAtMs: epochMs().nullable(),
  lastProcessedAtMs: epochMs().nullable(),
};
const directCounts = z.object(counts).readonly();
const directRecord = z
  .object({ schema: z.literal('qbl.direct/1'), run: z.string().nullable(), ...counts })
  .readonly();

export type DirectCounts = z.infer<typeof directCounts>;
/** The content of direct.json. docs/run-folder.md explains each field. */
export type DirectRecord = z.infer<typeof directRecord>;

export async function writeDirect(folder: RunFolder, record: DirectRecord): Promise<void> {
  await replaceJson(runFiles(folder).direct, record);
}

/**
 * Reads direct.json. Null if the service did not write it.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export function readDirect(folder: RunFolder): Promise<DirectRecord | null> {
  return readJsonIfThere(runFiles(folder).direct, directRecord);
}
