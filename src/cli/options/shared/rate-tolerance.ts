import { Option } from 'commander';
import { formatShare, parseShare } from '../../../capacity/share.ts';
import { QblError } from '../../../error.ts';
import { missedRateText } from '../../../report/verdict/missed-rate.ts';
import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';
import { explained } from '../values/parsers.ts';

const DEFAULT_TOLERANCE = 0.01;

export const rateToleranceOption = () =>
  new Option(
    '--rate-tolerance <percent>',
    'maximum share of the requests planned by --rate that are not sent in time',
  )
    .default(DEFAULT_TOLERANCE, formatShare(DEFAULT_TOLERANCE))
    .argParser(explained(parseShare));

/**
 * Returns the error of a sender that did not reach its rate. Null if the sender reached its rate, or if no rate was
 * set.
 */
export function missedRate({ rate }: Pick<SummaryRecord, 'rate'>): QblError | null {
  const text = missedRateText(rate);
  if (text === null) return null;
  return new QblError('inconclusive', text, {
    hint: 'Each thread waits for its response: add --threads, or lower --rate. --rate-tolerance 100% accepts any rate.',
  });
}
