import { z } from 'zod';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

const counts = {
  /** Requests that reached the service. */
  arrived: z.number(),
  processed: z.number(),
  /** The work failed. */
  failed: z.number(),
  /** Too many waited. */
  refused: z.number(),
  timedOut: z.number(),
  /** The service went away while they waited or were in work. */
  interrupted: z.number(),
  /** The most that waited or were in work at one time. */
  peakPending: z.number(),
  /** The most that arrived within one second. */
  busiestSecond: z.number(),
  /** The most works that began within one second. */
  busiestSecondOfWork: z.number(),
  /** Epoch milliseconds. */
  firstAtMs: z.number().nullable(),
  lastProcessedAtMs: z.number().nullable(),
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
