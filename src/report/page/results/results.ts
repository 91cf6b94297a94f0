import { plural } from '../../../plural.ts';
import { formatCount } from '../../figures.ts';
import type { ResultsData } from '../../html/report-data.ts';
import { element } from '../dom.ts';
import { inPlace } from '../renew.ts';
import { ResultsTree } from './results-tree.ts';

let tree: ResultsTree | null = null;

/** JMeter's View Results Tree: every traced request with its response, to be searched. */
export function results(data: ResultsData): Node[] {
  const texts = [data.absent ?? shownText(data), ...untracedText(data)];
  const notes = texts.map((text) => element('p', { class: 'note' }, text));
  if (data.items.length === 0) return notes;
  tree ??= new ResultsTree();
  tree.update(data.items);
  return [...notes, inPlace(tree.box)];
}

/** Shows the result that a link within the page names; false: the link is to something else. */
export function revealResult(hash: string): boolean {
  return /^#request-[\d-]+$/.test(hash) && tree?.reveal(hash.slice(1)) === true;
}

function untracedText({ untraced }: ResultsData): string[] {
  if (untraced === 0) return [];
  return [
    `${plural(untraced, 'request')} of messages that something is wrong with ${untraced === 1 ? 'was' : 'were'} not traced: what samples.jtl and the plan say of ${untraced === 1 ? 'it' : 'them'} comes first.`,
  ];
}

function shownText({ failures, successes, bodyLength }: ResultsData): string {
  const of = ({ shown, total }: ResultsData['failures'], name: readonly [string, string]) => {
    const left = total - shown;
    return `${plural(shown, name[0], name[1])}${left > 0 ? ` (${formatCount(left)} left out)` : ''}`;
  };
  return `${of(failures, ['failure', 'failures'])} and ${of(successes, ['success', 'successes'])}, the first of each kind. Bodies are cut to ${formatCount(bodyLength)} characters; values of headers that authenticate are ***.`;
}
