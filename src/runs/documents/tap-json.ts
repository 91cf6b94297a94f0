import { z } from 'zod';
import type { Positions } from '../../queue/queue.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { count, partitionKey } from './figure-schemas.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

const tapRecord = z
  .object({
    schema: z.literal('qbl.tap/1'),
    queue: z.string(),
    /** Offset of the next message, by partition. */
    start: z.record(partitionKey(), count()).readonly(),
    /** What tells the queue from another of its name; null: it does not say. */
    queueId: z.string().nullable().default(null),
  })
  .readonly();

/** Where the queue ended before the first send: a replay begins there. */
type TapRecord = z.infer<typeof tapRecord>;

/** The same, for who reads on from there. */
export interface Tap {
  readonly queue: string;
  readonly start: Positions;
  readonly queueId: string | null;
}

export async function writeTap(folder: RunFolder, { queue, start, queueId }: Tap): Promise<void> {
  const record: TapRecord = { schema: 'qbl.tap/1', queue, start: Object.fromEntries(start), queueId };
  await replaceJson(runFiles(folder).tap, record);
}

/**
 * Null when no tap was opened.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export async function readTap(folder: RunFolder): Promise<Tap | null> {
  const record = await readJsonIfThere(runFiles(folder).tap, tapRecord);
  if (record === null) return null;
  const start = Object.entries(record.start).map(
    ([partition, offset]) => [Number(partition), offset] as const,
  );
  return { queue: record.queue, start: new Map(start), queueId: record.queueId };
}
