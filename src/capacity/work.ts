import { formatDecimal, parseDecimal } from '../decimal.ts';
import { QblError } from '../error.ts';
import { formatDuration, parseExactDuration } from '../plan/duration.ts';

/** The time that a consumer needs to process one message. */
export type Work =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly leastMs: number; readonly mostMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** `sigma` is the standard deviation of the logarithm of the time. */
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sigma: number };

const MAX_SIGMA = 5;
export const WORK_EXPECTED =
  '20ms, uniform:10ms..30ms, exponential:20ms, or lognormal:20ms,0.5 (0.5 is the standard deviation of the logarithm)';

export function meanWorkMs(work: Work): number {
  if (work.kind === 'constant') return work.ms;
  return work.kind === 'uniform' ? (work.leastMs + work.mostMs) / 2 : work.meanMs;
}

/** Returns the coefficient of variation: the standard deviation of the time, divided by its mean. */
export function workVariation(work: Work): number {
  switch (work.kind) {
    case 'constant':
      return 0;
    case 'uniform':
      return (work.mostMs - work.leastMs) / Math.sqrt(12) / meanWorkMs(work);
    case 'exponential':
      return 1;
    case 'lognormal':
      return Math.sqrt(Math.exp(work.sigma ** 2) - 1);
  }
}

/**
 * Reads the value of --work.
 * @throws QblError 'usage' for an invalid value
 */
export function parseWork(text: string): Work {
  const work = readWork(text);
  if (work === null) throw new QblError('usage', `expected ${WORK_EXPECTED}`);
  return work;
}

/** Reads the value of --work. Returns null for an invalid value. */
export function readWork(text: string): Work | null {
  const [, kind = 'constant', parameters = ''] = /^(?:([a-z]+):)?(.*)$/.exec(text.trim()) ?? [];
  if (kind === 'uniform') return uniform(parameters);
  if (kind === 'lognormal') return lognormal(parameters);
  const ms = positiveMs(parameters);
  if (ms === null) return null;
  if (kind === 'exponential') return { kind, meanMs: ms };
  return kind === 'constant' ? { kind, ms } : null;
}

/** Writes a work time as text. `parseWork` reads the text as the same work time. */
export function formatWork(work: Work): string {
  switch (work.kind) {
    case 'constant':
      return formatDuration(work.ms);
    case 'uniform':
      return `uniform:${formatDuration(work.leastMs)}..${formatDuration(work.mostMs)}`;
    case 'exponential':
      return `exponential:${formatDuration(work.meanMs)}`;
    case 'lognormal':
      return `lognormal:${formatDuration(work.meanMs)},${formatDecimal(work.sigma)}`;
  }
}

function uniform(text: string): Work | null {
  const [least = '', most = '', ...rest] = text.split('..');
  const leastMs = parseExactDuration(least);
  const mostMs = positiveMs(most);
  if (leastMs === null || mostMs === null || leastMs > mostMs || rest.length > 0) return null;
  return { kind: 'uniform', leastMs, mostMs };
}

function lognormal(text: string): Work | null {
  const [mean = '', deviation = '', ...rest] = text.split(',');
  const meanMs = positiveMs(mean);
  const sigma = /^\d(\.\d{1,9})?$/.test(deviation) ? parseDecimal(deviation) : Number.NaN;
  if (meanMs === null || !(sigma <= MAX_SIGMA) || rest.length > 0) return null;
  return { kind: 'lognormal', meanMs, sigma };
}

function positiveMs(text: string): number | null {
  const ms = parseExactDuration(text);
  return ms === 0 ? null : ms;
}
