/** How fast a thread group sends, and for how long. */
export interface Pacing {
  /** Requests a second; null: a thread sends as soon as it is free. */
  readonly rate: number | null;
  /** Nothing is sent from then on; null: no end. */
  readonly durationMs: number | null;
}

export type PacerTurn =
  | { readonly kind: 'wait'; readonly ms: number }
  /** `intendedMs`: when the schedule wanted it sent, on the clock of `elapsedMs`. */
  | { readonly kind: 'send'; readonly intendedMs: number }
  | { readonly kind: 'stop' };

const STOP: PacerTurn = { kind: 'stop' };

/**
 * What a free thread does when `sent` requests have taken their place in the schedule.
 * The schedule never slows down with the server: a late slot is sent at once and keeps its intended time.
 * After vegeta's lib/pacer.go, ConstantPacer.
 */
export function pace({ rate, durationMs }: Pacing, elapsedMs: number, sent: number): PacerTurn {
  if (durationMs !== null && elapsedMs >= durationMs) return STOP;
  if (rate === null) return { kind: 'send', intendedMs: elapsedMs };
  const intendedMs = (sent * 1000) / rate;
  if (durationMs !== null && intendedMs >= durationMs) return STOP;
  return elapsedMs < intendedMs ? { kind: 'wait', ms: intendedMs - elapsedMs } : { kind: 'send', intendedMs };
}

/** When thread `index`, from 0, of a group starts. Source: JMeter's ThreadGroup.start, `perThreadDelayInMillis`. */
export function threadStartMs(rampUpMs: number, threads: number, index: number): number {
  return index * Math.round(rampUpMs / threads);
}
