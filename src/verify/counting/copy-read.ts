import type { OwnReading } from '../../message/reading/read.ts';
import type { Place } from '../../queue/message.ts';

export interface ArrivedPlace extends Place {
  /** Arrival time in epoch milliseconds. Absent or null if it is not known. */
  readonly arrivedAtMs?: number | null;
}

/** Returns the send time. Null if no valid checksum proves it. */
export function sentAtOf(reading: OwnReading): number | null {
  if (reading.kind !== 'message') return null;
  return reading.condition === 'intact' || reading.condition === 'enriched' ? reading.sentAtMs : null;
}
