import { element, svgElement } from '../dom.ts';
import { type ChartSpec, colourOf, dashOf, type Series } from './chart-spec.ts';

/** Creates the legend of a chart: name and line style of each series, and its value at the cursor. */
export function legend({ series, shades = [], horizontal }: ChartSpec) {
  const place = element('output', {}, horizontal.name);
  const values = series.map(() => element('output', {}));
  const items = series.map((each, index) =>
    element('li', {}, swatch(each, index), element('span', {}, each.name), values[index] ?? ''),
  );
  const shadeNames = [...new Set(shades.map(({ name }) => name))];
  return {
    list: element(
      'ul',
      { class: 'legend', 'aria-hidden': 'true' },
      ...items,
      ...shadeNames.map((name) =>
        element('li', {}, swatchOf(area('var(--shade)')), element('span', {}, name)),
      ),
      element('li', { class: 'place' }, place),
    ),
    show(spec: ChartSpec, index: number | null): void {
      const at = index === null ? undefined : spec.horizontal.values[index];
      place.textContent = at === undefined ? spec.horizontal.name : `at ${spec.horizontal.format(at)}`;
      for (const [position, { values: figures, format }] of spec.series.entries()) {
        const figure = index === null ? null : (figures[index] ?? null);
        const output = values[position];
        if (output !== undefined) output.textContent = figure === null ? '' : format(figure);
      }
    },
  };
}

function swatch({ form }: Series, index: number): SVGElement {
  const colour = `var(${colourOf(index)})`;
  return swatchOf(
    form === 'bars'
      ? area(colour)
      : svgElement('line', {
          x1: '0',
          x2: '26',
          y1: '5',
          y2: '5',
          stroke: colour,
          'stroke-width': '2.5',
          'stroke-dasharray': dashOf(index).join(' '),
        }),
  );
}

const area = (fill: string) => svgElement('rect', { x: '3', y: '1', width: '20', height: '8', fill });

function swatchOf(shape: SVGElement): SVGElement {
  return svgElement('svg', { width: '26', height: '10', viewBox: '0 0 26 10', 'aria-hidden': 'true' }, shape);
}
