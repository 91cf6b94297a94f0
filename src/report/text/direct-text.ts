import type { DirectRecord } from '../../runs/documents/direct-json.ts';
import { formatCount } from '../figures.ts';
import type { Style } from './style.ts';
import { pairTable } from './table.ts';

/** Returns the results of a service without a queue, as text for people. */
export function directText(record: DirectRecord, columns: number | null, style: Style): string {
  const fault = (count: number) => (count > 0 ? style.yellow(formatCount(count)) : formatCount(count));
  const requests = [
    ['arrived', formatCount(record.arrived)],
    ['processed', formatCount(record.processed)],
    ['failed', fault(record.failed)],
    ['most pending', formatCount(record.peakPending)],
  ] as const;
  const others = [
    ['refused', fault(record.refused)],
    ['timed out', fault(record.timedOut)],
    ['interrupted', fault(record.interrupted)],
    ['most arrivals in 1 s', formatCount(record.busiestSecond)],
    ['most starts in 1 s', formatCount(record.busiestSecondOfWork)],
  ] as const;
  return pairTable([requests, others], columns);
}
