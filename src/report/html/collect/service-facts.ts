import { formatShare } from '../../../capacity/share.ts';
import { formatWork } from '../../../capacity/work.ts';
import { plural } from '../../../plural.ts';
import {
  provenClockAheadMs,
  type ServiceEnd,
  type ServiceRecord,
} from '../../../runs/documents/service-json.ts';
import { formatCount, formatMs } from '../../figures.ts';
import type { Fact } from '../report-data.ts';
import { fact } from './fact.ts';

const MAX_OUTAGES = 5;

export function serviceFacts({ options, end, earlier }: ServiceRecord): Fact[] {
  const { instances, concurrency, ratePerSecond, work, failShare, maxAttempts, deadLetter, outages } =
    options;
  const size = `${plural(instances, 'instance')}, ${plural(concurrency, 'message')} at a time${instances === 1 ? '' : ' each'}`;
  return [
    fact('reads', options.queue),
    fact('size', size),
    fact('rate', ratePerSecond === null ? 'not limited' : `${formatCount(ratePerSecond)}/s per instance`),
    fact('work', work === null ? 'none' : formatWork(work)),
    ...(failShare === 0
      ? []
      : [
          fact(
            'fails',
            `${formatShare(failShare)}, at most ${plural(maxAttempts, 'attempt')}, then ${deadLetter === null ? 'discarded' : `sent to ${deadLetter}`}`,
          ),
        ]),
    ...outages
      .slice(0, MAX_OUTAGES)
      .map(({ fromMs, toMs }) => fact('outage', `from ${fromMs / 1000} s to ${toMs / 1000} s`)),
    ...(earlier.length === 0 ? [] : [fact('earlier services', formatCount(earlier.length))]),
    ...(end === null ? [fact('ended', 'no: the service was killed, or is still working')] : endFacts(end)),
  ];
}

function endFacts(end: ServiceEnd): Fact[] {
  const { processed, attempts, failed, deadLettered, redelivered, perSecond, longestWaitMs } = end;
  return [
    fact(
      'processed',
      `${formatCount(processed)} in ${plural(attempts, 'attempt')}, ${formatMs(perSecond)}/s`,
    ),
    ...(failed === 0 ? [] : [fact('failed attempts', formatCount(failed))]),
    ...(deadLettered === 0 ? [] : [fact('dead-lettered', formatCount(deadLettered))]),
    ...(redelivered === 0 ? [] : [fact('redelivered', formatCount(redelivered))]),
    ...(longestWaitMs === null
      ? []
      : [
          fact(
            'longest wait',
            `${provenClockAheadMs(end) === null ? '' : 'at least '}${formatMs(longestWaitMs)} ms`,
          ),
        ]),
  ];
}
