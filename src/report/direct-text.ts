import type { DirectRecord } from '../runs/direct-json.ts';
import { formatCount } from './figures.ts';
import type { Style } from './style.ts';
import { alignedTable } from './table.ts';

/** What a service without a queue saw, for people. */
export function directText(record: DirectRecord, style: Style): string {
  const fault = (count: number) => (count > 0 ? style.yellow(formatCount(count)) : formatCount(count));
  const rows = [
    ['arrived', formatCount(record.arrived), 'refused', fault(record.refused)],
    ['processed', formatCount(record.processed), 'timed out', fault(record.timedOut)],
    ['failed', fault(record.failed), 'interrupted', fault(record.interrupted)],
    ['most pending', formatCount(record.peakPending), 'arrived in 1 s', formatCount(record.busiestSecond)],
    ['', '', 'begun in 1 s', formatCount(record.busiestSecondOfWork)],
  ];
  return alignedTable(rows, ['left', 'right', 'left', 'right'], '   ');
}
