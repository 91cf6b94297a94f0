import { z } from 'zod';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

const tapRecord = z
  .object({
    schema: z.literal('qbl.tap/1'),
    queue: z.string(),
    /** Offset of the next message, by partition. */
    start: z.record(z.string(), z.number()).readonly(),
  })
  .readonly();

/** Where the queue ended before the first send: a replay begins there. */
export type TapRecord = z.infer<typeof tapRecord>;

export async function writeTap(
  folder: RunFolder,
  queue: string,
  start: ReadonlyMap<number, number>,
): Promise<void> {
  const record: TapRecord = { schema: 'qbl.tap/1', queue, start: Object.fromEntries(start) };
  await replaceJson(runFiles(folder).tap, record);
}

/**
 * Null when no tap was opened.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readTap(folder: RunFolder): Promise<TapRecord | null> {
  return readJsonIfThere(runFiles(folder).tap, tapRecord);
}
