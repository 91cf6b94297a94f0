import type { ReportData } from '../html/report-data.ts';
import { titleOf } from '../html/title.ts';
import { followTheme } from './charts/chart.ts';
import { element, facts } from './dom.ts';
import { inPlace, renew } from './renew.ts';
import { revealResult } from './results/results.ts';
import { type Section, sectionsOf } from './sections.ts';

/** Draws the report. Later calls draw only the sections whose data changed. */
function render(data: ReportData, root: HTMLElement): void {
  const sections = sectionsOf(data);
  document.title = titleOf(data);
  renew(root, [
    headerOf(data, sections),
    element('main', {}, ...sections.map(sectionElement)),
    element('footer', {}, 'Created by qbl. The run folder contains all data.'),
  ]);
}

function headerOf({ run, keyFigures }: ReportData, sections: readonly Section[]): HTMLElement {
  return element(
    'header',
    {},
    element('h1', {}, 'Run ', element('code', {}, run.id)),
    element('p', { class: 'note' }, run.startedAt),
    element(
      'nav',
      { 'aria-label': 'Sections' },
      ...sections.map(({ id, title }) => element('a', { href: `#${id}` }, title)),
    ),
    element('div', { class: 'key', role: 'region', 'aria-label': 'Key figures' }, facts(keyFigures)),
  );
}

/** The data that each section shows now. */
const shown = new Map<string, unknown>();

function sectionElement({ id, title, data, build }: Section): Element {
  const old = document.getElementById(id);
  if (old !== null && JSON.stringify(shown.get(id)) === JSON.stringify(data)) return inPlace(old);
  shown.set(id, data);
  const heading = element('h2', { id: `${id}-title` }, title);
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...build());
}

/**
 * Opens a result when the user clicks a link to it. Before the click, the page may not contain the result.
 */
function followLinks(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link !== null) revealResult(link.hash);
  });
  addEventListener('hashchange', () => revealResult(location.hash));
  revealResult(location.hash);
}

/** On a live page, gets newer data by server-sent events, from the URL that the page names. */
function follow(root: HTMLElement): void {
  const url = document.querySelector('meta[name="live"]')?.getAttribute('content');
  if (url == null) return;
  const events = new EventSource(url);
  const connection = element('p', { class: 'connection', role: 'status' });
  root.before(connection);
  events.addEventListener('message', ({ data }) => {
    connection.textContent = '';
    render(JSON.parse(data), root);
  });
  // After an error, the browser connects again by itself.
  events.addEventListener('error', () => {
    connection.textContent = DISCONNECTED;
    document.title = `disconnected: ${document.title.replace(/^disconnected: /, '')}`;
  });
  // Closes the connection at the end of the run. Otherwise the browser would connect again.
  events.addEventListener('end', () => events.close());
}

const DISCONNECTED =
  'This page has no connection to qbl and shows an old state. The run was killed, or the connection is interrupted.';

const root = document.querySelector<HTMLElement>('#report');
const data = document.querySelector('#data')?.textContent;
if (root !== null && data != null) {
  render(JSON.parse(data), root);
  followTheme();
  followLinks(root);
  follow(root);
}
