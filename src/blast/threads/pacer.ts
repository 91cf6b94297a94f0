/** How fast a thread group sends, and for how long. */
export interface Pacing {
  /** Requests per second. Null if a thread sends as soon as it is free. */
  readonly rate: number | null;
  /** Time in milliseconds at which the schedule of the rate begins. */
  readonly startMs: number;
  /** Time in milliseconds at which sending ends. Null if there is no end. */
  readonly durationMs: number | null;
}

export type PacerTurn =
  | { readonly kind: 'wait'; readonly ms: number }
  /** `intendedMs` is the scheduled time of the request, on the clock of `elapsedMs`. */
  | { readonly kind: 'send'; readonly intendedMs: number }
  | { readonly kind: 'stop' };

const STOP: PacerTurn = { kind: 'stop' };

/**
 * Decides what a free thread does now. `sent` is the number of requests that were sent before. A slow server does not
 * slow down the schedule: a late request is sent at once and keeps its scheduled time. Source: vegeta's lib/pacer.go,
 * ConstantPacer.
 */
export function pace({ rate, startMs, durationMs }: Pacing, elapsedMs: number, sent: number): PacerTurn {
  if (durationMs !== null && elapsedMs >= durationMs) return STOP;
  if (rate === null) return { kind: 'send', intendedMs: elapsedMs };
  const intendedMs = startMs + (sent * 1000) / rate;
  if (durationMs !== null && intendedMs >= durationMs) return STOP;
  return elapsedMs < intendedMs ? { kind: 'wait', ms: intendedMs - elapsedMs } : { kind: 'send', intendedMs };
}
