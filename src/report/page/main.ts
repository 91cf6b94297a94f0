import type { ReportData } from '../html/report-data.ts';
import { followTheme } from './chart.ts';
import { element } from './dom.ts';
import { type Section, sectionsOf } from './sections.ts';

/** Draws the report, or what has changed of it since it was drawn last. */
function render(data: ReportData, root: HTMLElement): void {
  if (root.childElementCount === 0) root.append(...frameOf());
  const sections = sectionsOf(data);
  root.querySelector('header')?.replaceChildren(...headerOf(data, sections));
  const main = root.querySelector('main');
  for (const section of sections) draw(section, main);
}

function frameOf(): HTMLElement[] {
  return [
    element('header', {}),
    element('main', {}),
    element('footer', {}, 'Written by qbl. The files beside this report have all the figures.'),
  ];
}

function headerOf({ run }: ReportData, sections: readonly Section[]): HTMLElement[] {
  return [
    element('h1', {}, 'Run ', element('code', {}, run.id)),
    element('p', { class: 'note' }, run.startedAt),
    element(
      'nav',
      { 'aria-label': 'Sections' },
      ...sections.map(({ id, title }) => element('a', { href: `#${id}` }, title)),
    ),
  ];
}

const drawn = new Map<string, string>();

function draw({ id, title, data, build }: Section, main: HTMLElement | null): void {
  const state = JSON.stringify(data);
  if (main === null || drawn.get(id) === state) return;
  drawn.set(id, state);
  const heading = element('h2', { id: `${id}-title` }, title);
  const section = element('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...build());
  const old = main.querySelector(`#${id}`);
  if (old === null) main.append(section);
  else old.replaceWith(section);
}

/** A page that is served says where newer data come from, as server-sent events. */
function follow(root: HTMLElement): void {
  const url = document.querySelector('meta[name="live"]')?.getAttribute('content');
  if (url == null) return;
  const events = new EventSource(url);
  events.addEventListener('message', ({ data }) => render(JSON.parse(data), root));
  // The run is over: without this the browser would go on asking.
  events.addEventListener('end', () => events.close());
}

const root = document.querySelector<HTMLElement>('#report');
const data = document.querySelector('#data')?.textContent;
if (root !== null && data != null) {
  render(JSON.parse(data), root);
  followTheme();
  follow(root);
}
