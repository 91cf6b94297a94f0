import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { QblError } from '../error.ts';
import { replaceJson } from './json-file.ts';
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

/** Null when no tap was opened. */
export async function readTap(folder: RunFolder): Promise<TapRecord | null> {
  const { tap } = runFiles(folder);
  try {
    return tapRecord.parse(JSON.parse(await readFile(tap, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new QblError('usage', `${tap} is damaged: ${(error as Error).message.split('\n')[0]}`);
  }
}
