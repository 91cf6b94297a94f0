import { formatCount } from '../figures.ts';
import type { ResultData } from '../html/report-data.ts';
import { element } from './dom.ts';
import { inPlace, keep, renew } from './renew.ts';
import { resultItem } from './result-item.ts';
import { type Shown, searcher } from './search.ts';

/** How many results stand in the page at once; a button brings more. */
const PAGE_SIZE = 50;
/** Typing goes on while nobody waits for the list. */
const SEARCH_AFTER_MS = 120;

/** The list of results with its search. Newer results leave what was typed and what is open as they are. */
export class ResultsTree {
  readonly box: HTMLElement;
  readonly #search = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Text in URLs, headers, bodies, failures',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  readonly #kind = element(
    'select',
    { id: 'kind' },
    ...['all', 'failures', 'successes'].map((name) => element('option', { value: name }, name)),
  );
  readonly #found = element('p', { class: 'note', role: 'status' });
  readonly #list = element('ol', { class: 'results', 'aria-label': 'Results' });
  readonly #more = element('button', { type: 'button' }, 'Show more');
  /** Those in the list, by the result that they show. */
  #listed = new Map<string, HTMLElement>();
  #find = searcher([]);
  #items: readonly ResultData[] = [];
  #matches: readonly ResultData[] = [];
  #most = PAGE_SIZE;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const controls = [
      element('label', { for: 'search' }, 'Search'),
      this.#search,
      element('label', { for: 'kind' }, 'Show'),
      this.#kind,
      this.#found,
    ];
    const bar = element('div', { class: 'search', role: 'search' }, ...controls);
    this.box = keep(element('div', {}, bar, this.#list, this.#more));
    this.#search.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#searchAnew(), SEARCH_AFTER_MS);
    });
    this.#kind.addEventListener('change', () => this.#searchAnew());
    this.#more.addEventListener('click', () => this.#show(this.#most + PAGE_SIZE));
  }

  update(items: readonly ResultData[]): void {
    this.#items = items;
    this.#find = searcher(items);
    this.#match();
    this.#show(Math.max(this.#most, this.#untilLastOpen()));
  }

  /** A search that was still to come would shorten the list again that this one shows. */
  #searchAnew(): void {
    clearTimeout(this.#typing);
    this.#match();
    this.#show(PAGE_SIZE);
  }

  #match(): void {
    this.#matches = this.#find(this.#search.value, this.#kind.value as Shown);
    const counts = [this.#matches, this.#items].map(({ length }) => formatCount(length));
    this.#found.textContent = `${counts.join(' of ')} results`;
  }

  #show(most: number): void {
    this.#most = most;
    const shown = this.#matches.slice(0, most);
    this.#listed = new Map(
      shown.map((result) => [keyOf(result), this.#listed.get(keyOf(result)) ?? keep(resultItem(result))]),
    );
    renew(this.#list, [...this.#listed.values()].map(inPlace));
    this.#more.hidden = shown.length === this.#matches.length;
  }

  /** Failures come before successes that are there already: what is read must not leave the list. */
  #untilLastOpen(): number {
    const isOpen = (result: ResultData) =>
      this.#listed.get(keyOf(result))?.querySelector('details')?.open === true;
    return this.#matches.findLastIndex(isOpen) + 1;
  }
}

function keyOf({ thread, loop, label, at }: ResultData): string {
  return JSON.stringify([thread, loop, label, at]);
}
