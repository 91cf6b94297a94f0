/**
 * Replaces invisible characters of captured text by visible escapes. That includes characters that change the
 * direction of text.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Writes a time since the start, such as `12.5 s`, `3:05` or `1:02:00`. */
export function elapsedText(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const last = String(whole % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${last}` : `${hours}:${String(minutes).padStart(2, '0')}:${last}`;
}

/** Writes a duration, such as `20 ms` or `1.5 s`. */
export function durationText(ms: number): string {
  const [value, unit] = ms >= 1000 ? [ms / 1000, 's'] : [ms, 'ms'];
  return `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
}

/** Writes a rate, such as `1,234/s` or `0.25/s`. */
export function rateText(perSecond: number): string {
  return `${figureText(perSecond)}/s`;
}

/** Writes a number with three digits, or as a whole number from 100 on. */
export function figureText(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** Writes the name of a percentile, such as `p50` or `p99.9`. */
export function percentileText(percentile: number): string {
  return `p${Number(percentile.toFixed(percentile < 99 ? 1 : 4))}`;
}
