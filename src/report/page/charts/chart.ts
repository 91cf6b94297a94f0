import type uPlot from 'uplot';
import { element } from '../dom.ts';
import { inPlace, keep } from '../renew.ts';
import type { ChartSpec } from './chart-spec.ts';
import { chartTable } from './chart-table.ts';
import { legend } from './legend.ts';
import { drawPlot, heightFor } from './plot.ts';

/** Widths in CSS pixels for print on A4 and Letter: of one chart, and of each of two charts side by side. */
const PAPER_WIDTH = 660;
const HALF_PAPER_WIDTH = 320;
/** Matches a chart that has a whole row for itself in print. */
const ALONE = '.grid > :first-child:nth-last-child(odd), :not(.grid) > *';
const PAGE_STEPS = 10;

const paper = matchMedia('print');

/** A chart with a legend, a cursor for mouse and keyboard, and a table of its figures. */
class Chart {
  readonly figure: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #box: HTMLElement;
  readonly #spoken: HTMLElement;
  readonly #legend: ReturnType<typeof legend>;
  readonly #table: ReturnType<typeof chartTable>;
  #spec: ChartSpec;
  #plot: uPlot | null = null;
  #index: number | null = null;

  constructor(spec: ChartSpec) {
    this.#spec = spec;
    this.#box = element('div', {
      class: 'plot',
      id: `${spec.id}-plot`,
      tabindex: '0',
      role: 'application',
      'aria-roledescription': 'chart',
    });
    this.#spoken = element('p', { class: 'spoken', 'aria-live': 'polite' });
    this.#legend = legend(spec);
    this.#table = chartTable(spec);
    this.#heading = element('h3');
    this.figure = keep(
      element(
        'figure',
        { class: 'chart', id: spec.id },
        element('figcaption', {}, this.#heading),
        this.#box,
        this.#legend.list,
        this.#spoken,
        this.#table.details,
      ),
    );
    this.#describe();
    this.#box.addEventListener('keydown', (event) => this.#onKey(event));
    new ResizeObserver(() => this.#fit()).observe(this.#box);
  }

  /** Shows newer figures. The chart must have the same series. */
  update(spec: ChartSpec): void {
    this.#spec = spec;
    this.#describe();
    this.#table.update(spec);
    this.redraw();
  }

  hasSeriesOf(spec: ChartSpec): boolean {
    const names = ({ series, shades = [] }: ChartSpec) =>
      [...series, ...shades].map(({ name }) => name).join('\n');
    return names(this.#spec) === names(spec);
  }

  /** Draws the chart again with the current colours and width. */
  redraw(): void {
    const width = this.#width();
    const index = this.#index;
    this.#plot?.destroy();
    this.#plot = width > 0 ? drawPlot(this.#box, this.#spec, width, (at) => this.#onCursor(at)) : null;
    if (index !== null) this.#pointAt(index);
  }

  #fit(): void {
    const width = this.#width();
    if (this.#plot === null) this.redraw();
    else if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: heightFor(width) });
  }

  /** The width in pixels. In print, the box still has the width of the window, so the width of the paper is used. */
  #width(): number {
    if (!paper.matches) return this.#box.clientWidth;
    return this.figure.matches(ALONE) ? PAPER_WIDTH : HALF_PAPER_WIDTH;
  }

  #describe(): void {
    const { title, summary, horizontal, shades = [] } = this.#spec;
    const spans = shades.map(
      ({ name, from, to }) => `${name} from ${horizontal.format(from)} to ${horizontal.format(to)}. `,
    );
    this.#heading.textContent = title;
    this.#box.setAttribute(
      'aria-label',
      `${title}. ${summary} ${spans.join('')}Arrow keys move along the chart.`,
    );
  }

  #onCursor(index: number | null): void {
    this.#index = index;
    this.#legend.show(this.#spec, index);
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#spec.horizontal.values.length - 1;
    const from = this.#index;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: from === null ? 0 : from + 1,
      ArrowLeft: from === null ? last : from - 1,
      PageDown: (from ?? 0) + PAGE_STEPS,
      PageUp: (from ?? last) - PAGE_STEPS,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    this.#moveTo(Math.min(Math.max(target, 0), last));
  }

  #moveTo(index: number): void {
    const { horizontal, series } = this.#spec;
    this.#pointAt(index);
    const figures = series.map(({ name, values, format }) => {
      const figure = values[index] ?? null;
      return `${name} ${figure === null ? 'none' : format(figure)}`;
    });
    this.#spoken.textContent = `${horizontal.format(horizontal.values[index] ?? 0)}: ${figures.join(', ')}`;
  }

  #pointAt(index: number): void {
    const value = this.#spec.horizontal.values[index] ?? 0;
    this.#plot?.setCursor({ left: this.#plot.valToPos(value, 'x'), top: 0 });
    // Several points can have the same pixel, and the library moves the cursor to the first of them. So show the values
    // at the wanted index again.
    this.#onCursor(index);
  }
}

const charts = new Map<string, Chart>();

/** Returns the chart with this id. If the page has it already, updates its figures. */
export function chart(spec: ChartSpec): Element {
  const known = charts.get(spec.id);
  if (known?.hasSeriesOf(spec)) {
    known.update(spec);
    return inPlace(known.figure);
  }
  const created = new Chart(spec);
  charts.set(spec.id, created);
  return created.figure;
}

/** Draws all charts again when the colours change and when the page is printed. */
export function followTheme(): void {
  const redrawAll = () => {
    for (const each of charts.values()) each.redraw();
  };
  for (const query of [matchMedia('(prefers-color-scheme: dark)'), paper])
    query.addEventListener('change', redrawAll);
}
