import { formatDecimal, parseDecimal } from '../decimal.ts';
import { QblError } from '../error.ts';

const MOST_PER_SECOND = 1_000_000;

/**
 * Reads a number of messages per second, such as `50` or `0.5`.
 * @throws QblError 'usage' for any other text
 */
export function parseRate(text: string): number {
  const perSecond = parseDecimal(text);
  if (perSecond > 0 && perSecond <= MOST_PER_SECOND) return perSecond;
  throw new QblError('usage', 'expected a number per second such as 50 or 0.5');
}

export const formatRate = formatDecimal;
