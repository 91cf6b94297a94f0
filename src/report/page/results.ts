import { formatCount } from '../figures.ts';
import type { ResultsData } from '../html/report-data.ts';
import { element } from './dom.ts';
import { inPlace } from './renew.ts';
import { ResultsTree } from './results-tree.ts';

let tree: ResultsTree | null = null;

/** JMeter's View Results Tree: every traced request with its response, to be searched. */
export function results(data: ResultsData): Node[] {
  if (data.absent !== null) return [element('p', { class: 'note' }, data.absent)];
  const note = element('p', { class: 'note' }, shownText(data));
  if (data.items.length === 0) return [note];
  tree ??= new ResultsTree();
  tree.update(data.items);
  return [note, inPlace(tree.box)];
}

function shownText({ failures, successes, bodyLength }: ResultsData): string {
  const of = ({ shown, total }: ResultsData['failures'], name: string) => {
    const left = total - shown;
    return `${formatCount(shown)} ${name}${left > 0 ? ` (${formatCount(left)} left out)` : ''}`;
  };
  return `${of(failures, 'failures')} and ${of(successes, 'successes')}, the first of each kind. Bodies are cut to ${formatCount(bodyLength)} characters; values of headers that authenticate are ***.`;
}
