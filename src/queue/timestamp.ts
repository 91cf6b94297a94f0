import type { Timestamp } from './reader.ts';

/** Latest valid time. A larger timestamp is not in milliseconds: some clients write microseconds or nanoseconds. */
const LATEST_MS = Date.UTC(2100, 0);

/** Returns the time that a queue stores with a message. Null if it is no time in epoch milliseconds. */
export function timestampAt(source: Timestamp['source'], atMs: number): Timestamp | null {
  return atMs >= 0 && atMs <= LATEST_MS ? { source, atMs } : null;
}
