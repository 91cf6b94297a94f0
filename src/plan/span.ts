import { QblError } from '../error.ts';
import { DURATION_EXPECTED, formatDuration, parseDuration } from './duration.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Parses a span of time such as `5s..15s` to milliseconds.
 * @throws QblError 'usage'
 */
export function parseSpan(text: string): Span {
  const [from = '', to, ...rest] = text.split('..').map((time) => time.trim());
  if (to === undefined || rest.length > 0) throw mistake(text, 'a span such as 5s..15s');
  const span = { fromMs: parseTime(from), toMs: parseTime(to) };
  if (span.fromMs < span.toMs) return span;
  throw mistake(text, 'a span that ends after it begins');
}

export function formatSpan({ fromMs, toMs }: Span): string {
  return `${formatDuration(fromMs)}..${formatDuration(toMs)}`;
}

/**
 * Parses a point in time, such as `5s`, to milliseconds.
 * @throws QblError 'usage'
 */
export function parseTime(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw mistake(text, DURATION_EXPECTED);
  return ms;
}

export function mistake(text: string, expected: string): QblError {
  return new QblError('usage', `expected ${expected}, not ${JSON.stringify(text)}`);
}
