import { plural, verb } from '../../../plural.ts';
import { formatCount } from '../../figures.ts';
import type { ResultsData } from '../../html/report-data.ts';
import { element } from '../dom.ts';
import { inPlace } from '../renew.ts';
import { ResultsTree } from './results-tree.ts';

let tree: ResultsTree | null = null;

/** Returns all traced requests and responses with a search, as JMeter's View Results Tree shows them. */
export function results(data: ResultsData): Node[] {
  const texts = [data.absent ?? shownText(data), ...untracedText(data)];
  const notes = texts.map((text) => element('p', { class: 'note' }, text));
  if (data.items.length === 0) return notes;
  tree ??= new ResultsTree();
  tree.update(data.items);
  return [...notes, inPlace(tree.box)];
}

/** Opens the result that a link within the page names. Returns false if the link does not name a result. */
export function revealResult(hash: string): boolean {
  return /^#request-[\d-]+$/.test(hash) && tree?.reveal(hash.slice(1)) === true;
}

function untracedText({ untraced }: ResultsData): string[] {
  if (untraced === 0) return [];
  return [
    `${plural(untraced, 'message')} with a problem ${verb(untraced, 'was', 'were')} not traced. ${verb(untraced, 'Its request comes', 'Their requests come')} first, rebuilt from samples.jtl and the plan.`,
  ];
}

function shownText({ failures, successes, bodyLength }: ResultsData): string {
  const of = ({ shown, total }: ResultsData['failures'], name: readonly [string, string]) => {
    const left = total - shown;
    return `${plural(shown, name[0], name[1])}${left > 0 ? ` (${formatCount(left)} left out)` : ''}`;
  };
  const shown = `${of(failures, ['failure', 'failures'])} and ${of(successes, ['success', 'successes'])}`;
  const isWhole = failures.shown === failures.total && successes.shown === successes.total;
  const which = isWhole ? '' : ': the first failures and the first successes';
  return `${shown}${which}. Bodies are cut to ${formatCount(bodyLength)} characters; authentication headers are masked as ***.`;
}
