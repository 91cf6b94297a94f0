/**
 * The period in which the message of a samples row can have been sent, in epoch milliseconds. It includes both ends.
 */
export interface RowWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A message may have been sent this long before the start time of its row. JMeter takes the send time before it starts
 * the sample, and may load classes or collect garbage in between. Up to 133 ms were measured.
 */
export const SENT_BEFORE_ROW_MS = 1_000;
/**
 * For `qbl blast`, a message may have been sent this long before the start time of its row. blast reads both times
 * from one clock, at most 1 ms apart, but rows have whole milliseconds.
 */
export const SENT_BEFORE_ROW_OF_BLAST_MS = 100;
/**
 * The send time may seem to be this long after the end time of the row, because JMeter's two clocks may differ by a
 * few milliseconds.
 */
export const SENT_AFTER_ROW_MS = 10;

/**
 * Returns the period for a row.
 * @param beforeMs how long before the start time of the row its message may have been sent
 */
export function windowOf(
  { timeStampMs, elapsedMs }: { readonly timeStampMs: number; readonly elapsedMs: number },
  beforeMs = SENT_BEFORE_ROW_MS,
): RowWindow {
  return { fromMs: timeStampMs - beforeMs, toMs: timeStampMs + elapsedMs + SENT_AFTER_ROW_MS };
}

export function isWithin(sentAtMs: number, { fromMs, toMs }: RowWindow): boolean {
  const wholeMs = Math.floor(sentAtMs);
  return wholeMs >= fromMs && wholeMs <= toMs;
}
