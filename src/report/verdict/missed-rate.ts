import { plural, verb } from '../../plural.ts';
import type { RateKept } from '../../samples/rate-kept.ts';
import { formatCount } from '../figures.ts';

/** Says that the sender did not reach its rate. Null if the sender reached its rate, or if no rate was set. */
export function missedRateText(rate: RateKept | null): string | null {
  if (rate === null || rate.kept) return null;
  const { requestedPerSecond, achievedPerSecond, sent, due } = rate;
  const achieved = achievedPerSecond.toPrecision(3);
  const inTime = `${formatCount(sent)} of ${plural(due, 'request')} ${verb(sent, 'was', 'were')} sent in time`;
  return `${inTime} (${achieved}/s), so the rate of ${requestedPerSecond}/s was not reached`;
}
