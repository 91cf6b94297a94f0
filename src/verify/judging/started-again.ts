import type { GatheredRun } from '../gathering/gathered.ts';

/**
 * Returns why messages were read for an earlier start of the run. Null if they were read for its last start. A sender
 * may fail, and then start again with the same run ID while a live reader is open.
 * @param readStarts the starts for which the queue and the hops were read; null if no message was read for a start
 */
export function startedAgain(
  { run, startedAtMs }: Pick<GatheredRun, 'run' | 'startedAtMs'>,
  readStarts: readonly (number | null)[],
): string | null {
  const isOther = readStarts.some((readMs) => readMs !== null && readMs !== startedAtMs);
  if (!isOther) return null;
  const why = 'so its messages cannot be told from those of the earlier start';
  return `the sender of ${run} was started again while the reader was open, ${why}`;
}
