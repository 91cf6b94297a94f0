import type { Queue } from './queue.ts';

/** Whether two URLs name the same queue. False also if the systems do not report enough to decide. */
export async function isSameQueue(a: Queue, b: Queue): Promise<boolean> {
  if (a.url === b.url) return true;
  const [nameA, nameB] = await Promise.all([a.ownName?.(), b.ownName?.()]);
  return typeof nameA === 'string' && nameA === nameB;
}
