import type { Reader, StartingPoint } from '../queue/reader.ts';
import type { ReadingKind } from '../runs/documents/verify-json.ts';
import { recordTaken, recordTaking } from './history/write-history.ts';
import type { VerifyOptions } from './options.ts';
import type { Inspection } from './reading/inspection.ts';

/**
 * Opens the reader of the queue. If the reading will remove messages from the queue, records that first.
 * @throws QblError 'environment' if the queue cannot be read
 */
export async function openReader(
  options: VerifyOptions,
  from: StartingPoint,
  reading: ReadingKind,
  inspection: Inspection,
): Promise<Reader> {
  const { folders, queue, consume } = options;
  const takes = reading === 'consumed' && consume;
  if (takes) await recordTaking(options);
  try {
    return await queue.openReader({
      from,
      consume,
      name: `verify-${folders[0]?.id ?? ''}`,
      onDeliveries: (deliveries) => inspection.add(deliveries),
    });
  } catch (error) {
    if (takes) await recordTaken(options, () => 0);
    throw error;
  }
}
