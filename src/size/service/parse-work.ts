import { QblError } from '../../error.ts';
import { parseDuration } from '../../plan/duration.ts';
import type { Work } from './work.ts';

const MAX_SIGMA = 5;
const EXPECTED =
  '20ms, uniform:10ms..30ms, exponential:20ms, or lognormal:20ms,0.5 with the deviation of the logarithm';

/**
 * How long the work on a message takes, as text.
 * @throws QblError 'usage'
 */
export function parseWork(text: string): Work {
  const work = workOf(text.trim());
  if (work === null) throw new QblError('usage', `expected ${EXPECTED}`);
  return work;
}

function workOf(text: string): Work | null {
  const [, kind = 'constant', parameters = ''] = /^(?:([a-z]+):)?(.*)$/.exec(text) ?? [];
  if (kind === 'uniform') return uniform(parameters);
  if (kind === 'lognormal') return lognormal(parameters);
  const ms = positiveMs(parameters);
  if (ms === null) return null;
  if (kind === 'exponential') return { kind, meanMs: ms };
  return kind === 'constant' ? { kind, ms } : null;
}

function uniform(text: string): Work | null {
  const [least = '', most = '', ...rest] = text.split('..');
  const leastMs = parseDuration(least);
  const mostMs = positiveMs(most);
  if (leastMs === null || mostMs === null || leastMs > mostMs || rest.length > 0) return null;
  return { kind: 'uniform', leastMs, mostMs };
}

function lognormal(text: string): Work | null {
  const [mean = '', deviation = '', ...rest] = text.split(',');
  const meanMs = positiveMs(mean);
  const sigma = /^\d(\.\d{1,9})?$/.test(deviation) ? Number(deviation) : Number.NaN;
  if (meanMs === null || !(sigma <= MAX_SIGMA) || rest.length > 0) return null;
  return { kind: 'lognormal', meanMs, sigma };
}

function positiveMs(text: string): number | null {
  const ms = parseDuration(text);
  return ms === 0 ? null : ms;
}
