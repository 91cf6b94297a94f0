const DURATION =
  /^([-+]?)P(?:([-+]?\d+)D)?(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:[.,](\d{0,9}))?S)?)?$/i;

/** Longest duration in seconds. A longer one would leave the range of JavaScript's dates. */
const MOST_SECONDS = 8e12;

/** Reads a duration as Java's Duration.parse, in milliseconds. Null if the text is not a duration. */
export function durationMs(text: string): number | null {
  const matched = DURATION.exec(text);
  if (matched === null) return null;
  const [, sign, days, time, hours, minutes, seconds, fraction = ''] = matched;
  if ((days ?? hours ?? minutes ?? seconds) === undefined || time?.toUpperCase() === 'T') return null;
  const numbers = [days, hours, minutes, seconds].map((each) => Number(each ?? 0));
  const [d = 0, h = 0, m = 0, s = 0] = numbers;
  const nanos = Number(fraction.padEnd(9, '0')) * (seconds?.startsWith('-') ? -1 : 1);
  const total = ((d * 24 + h) * 60 + m) * 60 + s;
  if (Math.abs(total) > MOST_SECONDS) return null;
  return (sign === '-' ? -1 : 1) * (total * 1000 + nanos / 1_000_000);
}
