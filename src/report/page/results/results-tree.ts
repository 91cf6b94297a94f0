import { formatCount } from '../../figures.ts';
import type { ResultData } from '../../html/report-data.ts';
import { element } from '../dom.ts';
import { inPlace, keep, renew } from '../renew.ts';
import { anchorOf, resultItem } from './result-item.ts';
import { SHOWN, type Shown, searcher } from './search.ts';

/** Number of results in the page at first. A button shows more. */
const PAGE_SIZE = 50;
/** Value of the choice that shows all results, with or without a problem. */
const ANY = 'any';
/** Time without typing after which the list is searched. */
const SEARCH_AFTER_MS = 120;

/** The list of results with its search. An update does not change the typed text, and does not close what is open. */
export class ResultsTree {
  readonly box: HTMLElement;
  readonly #search = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Text in URLs, headers, bodies, failures',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  readonly #shown = element('select', { id: 'shown' }, ...SHOWN.map((name) => option(name, name)));
  readonly #kind = element('select', { id: 'kind' }, option('', ANY));
  readonly #found = element('p', { class: 'note', role: 'status' });
  readonly #list = element('ol', { class: 'results', 'aria-label': 'Results' });
  readonly #more = element('button', { type: 'button' }, 'Show more');
  /** The elements of the list, by the key of the result. */
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
      element('label', { for: 'shown' }, 'Show'),
      this.#shown,
      element('label', { for: 'kind' }, 'Kind'),
      this.#kind,
      this.#found,
    ];
    const bar = element('div', { class: 'search', role: 'search' }, ...controls);
    this.box = keep(element('div', {}, bar, this.#list, this.#more));
    this.#search.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#searchAnew(), SEARCH_AFTER_MS);
    });
    for (const select of [this.#shown, this.#kind])
      select.addEventListener('change', () => this.#searchAnew());
    this.#more.addEventListener('click', () => this.#show(this.#most + PAGE_SIZE));
  }

  update(items: readonly ResultData[]): void {
    this.#items = items;
    this.#offerKinds(items);
    this.#find = searcher(items);
    this.#match();
    this.#show(Math.max(this.#most, this.#untilLastOpen()));
  }

  /**
   * Opens the result with this anchor and scrolls to it. If a search hides the result, clears the search. Returns
   * false if the result does not exist.
   */
  reveal(anchor: string): boolean {
    const isIt = ({ key }: ResultData) => key !== null && anchorOf(key) === anchor;
    if (!this.#matches.some(isIt)) {
      if (!this.#items.some(isIt)) return false;
      this.#search.value = '';
      this.#shown.value = 'all';
      this.#kind.value = '';
      this.#searchAnew();
    }
    this.#show(Math.max(this.#most, this.#matches.findIndex(isIt) + 1));
    const details = this.#list.querySelector(`#${anchor} > details`);
    if (!(details instanceof HTMLDetailsElement)) return false;
    details.open = true;
    details.querySelector('summary')?.focus({ preventScroll: true });
    details.scrollIntoView();
    return true;
  }

  #offerKinds(items: readonly ResultData[]): void {
    const kinds = [...new Set(items.flatMap((item) => item.kinds))];
    const chosen = this.#kind.value;
    renew(this.#kind, [option('', ANY), ...kinds.map((kind) => option(kind, kind))]);
    this.#kind.value = kinds.includes(chosen) ? chosen : '';
  }

  /**
   * Searches now, and shows the first page of the results. Cancels a search that waits for the end of typing, because
   * it would go back to the first page after the user has asked for more.
   */
  #searchAnew(): void {
    clearTimeout(this.#typing);
    this.#match();
    this.#show(PAGE_SIZE);
  }

  #match(): void {
    this.#matches = this.#find({
      text: this.#search.value,
      shown: this.#shown.value as Shown,
      kind: this.#kind.value,
    });
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

  /**
   * Returns how many results must be shown so that every open result stays in the list. New failures push
   * successes further down.
   */
  #untilLastOpen(): number {
    const isOpen = (result: ResultData) =>
      this.#listed.get(keyOf(result))?.querySelector('details')?.open === true;
    return this.#matches.findLastIndex(isOpen) + 1;
  }
}

function option(value: string, text: string): HTMLOptionElement {
  return element('option', { value }, text);
}

function keyOf({ thread, loop, label, at }: ResultData): string {
  return JSON.stringify([thread, loop, label, at]);
}
