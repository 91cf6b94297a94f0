import { formatDecimal, parseDecimal } from '../decimal.ts';
import { QblError } from '../error.ts';

const MOST_PER_SECOND = 1_000_000;

/**
 * `50`, `0.5`: messages a second.
 * @throws QblError 'usage'
 */
export function parseRate(text: string): number {
  const perSecond = parseDecimal(text);
  if (perSecond > 0 && perSecond <= MOST_PER_SECOND) return perSecond;
  throw new QblError('usage', 'expected a number a second such as 50 or 0.5');
}

export const formatRate = formatDecimal;
