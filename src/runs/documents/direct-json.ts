import { z } from 'zod';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { count, epochMs } from './figure-schemas.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

const counts = {
  /** Requests that reached the service. */
  arrived: count(),
  processed: count(),
  /** Requests whose work failed. */
  failed: count(),
  /** Requests that were refused because too many were waiting. */
  refused: count(),
  timedOut: count(),
  /** Requests that were waiting or in work when the service stopped. */
  interrupted: count(),
  /** Highest number of requests waiting or in work at one time. */
  peakPending: count(),
  /** Highest number of requests that arrived within one second. */
  busiestSecond: count(),
  /** Highest number of works that began within one second. */
  busiestSecondOfWork: count(),
  /** Epoch milliseconds. */
  firstAtMs: epochMs().nullable(),
  lastProcessedAtMs: epochMs().nullable(),
};
const directCounts = z.object(counts).readonly();
const directRecord = z
  .object({ schema: z.literal('qbl.direct/1'), run: z.string().nullable(), ...counts })
  .readonly();

/** The counts of a service without a queue. */
export type DirectCounts = z.infer<typeof directCounts>;
/** The content of direct.json. docs/run-folder.md explains each field. */
export type DirectRecord = z.infer<typeof directRecord>;

export async function writeDirect(folder: RunFolder, record: DirectRecord): Promise<void> {
  await replaceJson(runFiles(folder).direct, record);
}

/**
 * Reads direct.json. Null if the service wrote none.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readDirect(folder: RunFolder): Promise<DirectRecord | null> {
  return readJsonIfThere(runFiles(folder).direct, directRecord);
}
