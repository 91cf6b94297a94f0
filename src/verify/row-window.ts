/** The period in which the message of a row can have been sent: epoch milliseconds, both ends included. */
export interface RowWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * How long before its row's start a message may have been sent. JMeter sets the send time before it starts the sample,
 * and may load classes or collect garbage in between. Up to 133 ms were measured.
 */
export const SENT_BEFORE_ROW_MS = 1_000;
/** `blast` reads both times from one clock, at most 1 ms apart. Rows have whole milliseconds. */
export const SENT_BEFORE_ROW_OF_BLAST_MS = 100;
/** A message is sent before the end of its row, but JMeter's two clocks may differ by a few milliseconds. */
export const SENT_AFTER_ROW_MS = 10;

/** @param beforeMs how long before the row's start its message may have been sent */
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
