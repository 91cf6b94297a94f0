export const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The written form of a duration: `500ms`, `10s`, `1.5m`, `1h` or `0`. */
export const DURATION = /^(?:0|(\d+(?:\.\d+)?)(ms|s|m|h))$/;
export const DURATION_EXPECTED = 'a duration such as 500ms, 10s, 1.5m or 1h, at most 500h';
/** Maximum duration of 500 hours. Node's timers accept at most 2^31 ms, which is 596 hours. */
const MAX_MS = 500 * 3_600_000;

/** Parts of a millisecond that an exact duration can have. */
const PARTS = 1e6;

/** Parses a duration to whole milliseconds. Null if the text is not a duration, or if the duration is too long. */
export function parseDuration(text: string): number | null {
  const ms = parseExactDuration(text);
  return ms === null ? null : Math.round(ms);
}

/**
 * Parses a duration to milliseconds with a fraction. The capacity of a service has the fraction, but a timer cannot use
 * it. Null for the same texts as `parseDuration`.
 */
export function parseExactDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const [, amount, unit] = match;
  if (amount === undefined) return 0;
  const ms = Math.round(Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS] * PARTS) / PARTS;
  return ms <= MAX_MS ? ms : null;
}

/** Writes milliseconds as a duration, in the largest unit that needs no fraction. */
export function formatDuration(ms: number): string {
  const units = Object.entries(UNITS_MS).reverse();
  const [unit, unitMs] = units.find(([, each]) => ms > 0 && ms % each === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}
