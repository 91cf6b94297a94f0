import type { OwnReading } from '../../message/reading/read.ts';
import type { Place } from '../../queue/queue.ts';

/** A copy that a token identifies. */
export type TokenReading = Extract<OwnReading, { kind: 'token' }>;

/** Where a copy is, and when it arrived there. */
export interface ArrivedPlace extends Place {
  /** Absent or null if no time is known. */
  readonly arrivedAtMs?: number | null;
}

/** The send time, if a valid checksum proves it. */
export function sentAtOf(reading: Exclude<OwnReading, TokenReading>): number | null {
  if (reading.kind === 'corrupt') return null;
  return reading.condition === 'intact' || reading.condition === 'enriched' ? reading.sentAtMs : null;
}
