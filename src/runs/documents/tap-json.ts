import { z } from 'zod';
import type { Positions } from '../../queue/queue.ts';
import { count, partitionKey } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

const tapRecord = z
  .object({
    schema: z.literal('qbl.tap/1'),
    queue: z.string(),
    /** For each partition, the offset of the next message. */
    start: z.record(partitionKey(), count()).readonly(),
    /** An ID that changes if the queue is recreated under the same name. Null if the queue reports none. */
    queueId: z.string().nullable().default(null),
  })
  .readonly();

/** The end of the queue before the first send. A replay begins to read there. */
type TapRecord = z.infer<typeof tapRecord>;

/** The content of tap.json, with offsets as numbers. */
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
 * Reads tap.json. Null if no live reader was opened before the run.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export async function readTap(folder: RunFolder): Promise<Tap | null> {
  const record = await readJsonIfThere(runFiles(folder).tap, tapRecord);
  if (record === null) return null;
  const start = Object.entries(record.start).map(
    ([partition, offset]) => [Number(partition), offset] as const,
  );
  return { queue: record.queue, start: new Map(start), queueId: record.queueId };
}
