import { element, table } from '../dom.ts';
import { renew } from '../renew.ts';
import type { ChartSpec } from './chart-spec.ts';

/**
 * Maximum number of rows of the table, because readers do not look at more. The run's folder has all figures.
 */
const MAX_ROWS = 60;

/** Creates a table with the figures of a chart. The rows are built when the user opens the table. */
export function chartTable(first: ChartSpec) {
  let spec = first;
  const details = element('details', { class: 'figures' });
  const fill = () => {
    const step = Math.max(1, Math.ceil(spec.horizontal.values.length / MAX_ROWS));
    const name = step === 1 ? 'Figures' : `Figures, one of every ${step} rows`;
    renew(details, [element('summary', {}, name), ...(details.open ? [tableOf(spec, step)] : [])]);
  };
  fill();
  details.addEventListener('toggle', fill);
  return {
    details,
    update(newer: ChartSpec): void {
      spec = newer;
      fill();
    },
  };
}

function tableOf({ title, horizontal, series }: ChartSpec, step: number): HTMLElement {
  const rows: string[][] = [];
  for (let index = 0; index < horizontal.values.length; index += step) {
    rows.push([
      horizontal.format(horizontal.values[index] ?? 0),
      ...series.map(({ values, format }) => {
        const value = values[index] ?? null;
        return value === null ? '' : format(value);
      }),
    ]);
  }
  return table(title, [horizontal.name, ...series.map(({ name }) => name)], rows);
}
