import { formatCount } from '../figures.ts';
import type { ResultData, ResultsData } from '../html/report-data.ts';
import { element } from './dom.ts';
import { resultItem } from './result-item.ts';
import { type Shown, searcher } from './search.ts';

/** How many results stand in the page at once; a button brings more. */
const PAGE_SIZE = 50;
/** Typing goes on while nobody waits for the list. */
const SEARCH_AFTER_MS = 120;

/** JMeter's View Results Tree: every traced request with its response, to be searched. */
export function results(data: ResultsData): Node[] {
  if (data.absent !== null) return [element('p', { class: 'note' }, data.absent)];
  const note = element('p', { class: 'note' }, shownText(data));
  return data.items.length === 0 ? [note] : [note, ...tree(data)];
}

function shownText({ failures, successes, bodyLength }: ResultsData): string {
  const of = ({ shown, total }: ResultsData['failures'], name: string) => {
    const left = total - shown;
    return `${formatCount(shown)} ${name}${left > 0 ? ` (${formatCount(left)} left out)` : ''}`;
  };
  return `${of(failures, 'failures')} and ${of(successes, 'successes')}, the first of each kind. Bodies are cut to ${formatCount(bodyLength)} characters; values of headers that authenticate are ***.`;
}

function tree({ items }: ResultsData): Node[] {
  const search = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Text in URLs, headers, bodies, failures',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const kind = element(
    'select',
    { id: 'kind' },
    ...['all', 'failures', 'successes'].map((name) => element('option', { value: name }, name)),
  );
  const found = element('p', { class: 'note', role: 'status' });
  const list = element('ol', { class: 'results', 'aria-label': 'Results' });
  const more = element('button', { type: 'button' }, 'Show more');
  const find = searcher(items);
  let matches: readonly ResultData[] = [];
  const append = () => {
    const from = list.childElementCount;
    list.append(...matches.slice(from, from + PAGE_SIZE).map(resultItem));
    more.hidden = list.childElementCount >= matches.length;
  };
  const show = () => {
    matches = find(search.value, kind.value as Shown);
    found.textContent = `${formatCount(matches.length)} of ${formatCount(items.length)} results`;
    list.replaceChildren();
    append();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, SEARCH_AFTER_MS);
  });
  kind.addEventListener('change', show);
  more.addEventListener('click', append);
  show();
  const controls = element(
    'div',
    { class: 'search', role: 'search' },
    element('label', { for: 'search' }, 'Search'),
    search,
    element('label', { for: 'kind' }, 'Show'),
    kind,
    found,
  );
  return [controls, list, more];
}
