import type { Positions } from '../../queue/reader.ts';
import { z } from '../../schema/zod.ts';
import { count, partitionKey } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

const begun = {
  queue: z.string(),
  /** For each partition, the offset that the next message gets. */
  start: z.record(partitionKey(), count()).readonly(),
  /** An ID that changes if the queue is recreated under the same name. Null if the queue has no such ID. */
  queueId: z.string().nullable().default(null),
  /** A name of the queue that is the same for all its URLs. Null if the queue has no such name. */
  lastingName: z.string().nullable().default(null),
};

const tapRecord = z
  .object({
    schema: z.literal('qbl.tap/1'),
    ...begun,
    /** The queue, offsets and ID of each hop. A hop is a queue to which the service writes. */
    hops: z.array(z.object(begun).readonly()).readonly().default([]),
  })
  .readonly();

/** The end of the queue before the first send. A replay begins to read there. */
type TapRecord = z.infer<typeof tapRecord>;

/** What tap.json says about one queue, with offsets as numbers. */
export interface Tap {
  readonly queue: string;
  readonly start: Positions;
  readonly queueId: string | null;
  readonly lastingName: string | null;
}

export async function writeTap(folder: RunFolder, tap: Tap, hops: readonly Tap[] = []): Promise<void> {
  const record: TapRecord = { schema: 'qbl.tap/1', ...writtenOf(tap), hops: hops.map(writtenOf) };
  await replaceJson(runFiles(folder).tap, record);
}

function writtenOf({ start, ...tap }: Tap): TapRecord['hops'][number] {
  return { ...tap, start: Object.fromEntries(start) };
}

/**
 * Reads what tap.json says about each queue. Empty if no live reader was opened before the run.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export async function readTaps(folder: RunFolder): Promise<Tap[]> {
  const record = await readJsonIfThere(runFiles(folder).tap, tapRecord);
  return record === null ? [] : [record, ...record.hops].map(tapOf);
}

function tapOf({ queue, start, queueId, lastingName }: TapRecord['hops'][number]): Tap {
  const offsets = Object.entries(start).map(([partition, offset]) => [Number(partition), offset] as const);
  return { queue, start: new Map(offsets), queueId, lastingName };
}
