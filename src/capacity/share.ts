import { formatPercent, parsePercent } from '../decimal.ts';
import { QblError } from '../error.ts';

/**
 * Reads a percentage, such as `1%` or `0.5%`, and returns it as a share from 0 to 1.
 * @throws QblError 'usage' for any other text
 */
export function parseShare(text: string): number {
  const [, percent = ''] = /^([\d.]+)%$/.exec(text) ?? [];
  const share = parsePercent(percent);
  if (share >= 0 && share <= 1) return share;
  throw new QblError('usage', 'expected a share such as 1% or 0.5%');
}

export function formatShare(share: number): string {
  return `${formatPercent(share)}%`;
}
