import type { Queue } from './queue.ts';

/**
 * Whether two URLs name the same queue. If the URLs differ, compares the names that the queue systems give to the
 * queues. False if a queue has no such name.
 * @throws QblError 'environment' if a system does not answer
 */
export async function isSameQueue(a: Queue, b: Queue): Promise<boolean> {
  if (a.url === b.url) return true;
  const [nameA, nameB] = await Promise.all([a.ownName?.('may-be-missing'), b.ownName?.('may-be-missing')]);
  return typeof nameA === 'string' && nameA === nameB;
}
