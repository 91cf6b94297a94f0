import { z } from 'zod';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { count, epochMs } from './figure-schemas.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

const counts = {
  /** Requests that reached the service. */
  arrived: count(),
  processed: count(),
  /** The work failed. */
  failed: count(),
  /** Too many waited. */
  refused: count(),
  timedOut: count(),
  /** The service went away while they waited or were in work. */
  interrupted: count(),
  /** The most that waited or were in work at one time. */
  peakPending: count(),
  /** The most that arrived within one second. */
  busiestSecond: count(),
  /** The most works that began within one second. */
  busiestSecondOfWork: count(),
  /** Epoch milliseconds. */
  firstAtMs: epochMs().nullable(),
  lastProcessedAtMs: epochMs().nullable(),
};
const directCounts = z.object(counts).readonly();
const directRecord = z
  .object({ schema: z.literal('qbl.direct/1'), run: z.string().nullable(), ...counts })
  .readonly();

/** What a service without a queue saw. */
export type DirectCounts = z.infer<typeof directCounts>;
/** What direct.json says; docs/run-folder.md explains each field to its readers. */
export type DirectRecord = z.infer<typeof directRecord>;

export async function writeDirect(folder: RunFolder, record: DirectRecord): Promise<void> {
  await replaceJson(runFiles(folder).direct, record);
}

/**
 * Null when the service left none.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readDirect(folder: RunFolder): Promise<DirectRecord | null> {
  return readJsonIfThere(runFiles(folder).direct, directRecord);
}
