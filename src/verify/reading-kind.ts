import { QblError } from '../error.ts';
import type { StartingPoint } from '../queue/reader.ts';
import type { ReadingKind } from '../runs/documents/verify-json.ts';
import { haveServices } from './gathering/services.ts';
import type { VerifyOptions } from './options.ts';

/**
 * Decides how to read the queue.
 * @throws QblError 'usage' if only receipts can be read and the rules need more
 */
export async function readingKind(
  { queue, folders, consume, rules, observer }: VerifyOptions,
  from: StartingPoint,
): Promise<ReadingKind> {
  const { tap, replay } = queue.capabilities;
  if (replay) return 'log';
  if (tap && from.kind === 'end') return 'tap';
  const hasReceipts = await haveServices(folders);
  // To read this queue, qbl would have to take the messages away from the observed service. So qbl does not read the
  // queue.
  if (observer !== undefined && !hasReceipts) return 'none';
  if (consume || !hasReceipts) return 'consumed';
  if (!rules.ordered) return 'receipts';
  throw new QblError('usage', '--ordered: the receipts of a service do not show the order of the queue', {
    hint: 'Omit --ordered, or add --consume to read the queue itself, which removes its messages.',
  });
}
