import type { ComparisonTable } from '../html/report-data.ts';
import { type DomChild, element, table } from './dom.ts';
import { figureText } from './text.ts';

type Row = ComparisonTable['rows'][number];

/** A measured column of the table, and the column with its prediction. */
interface Side {
  readonly name: string;
  readonly measured: number;
  readonly predicted: number | null;
}

const isPredicted = (column: string | undefined) => column?.endsWith('predicted') === true;

function sidesOf({ columns }: ComparisonTable): Side[] {
  return columns.flatMap((name, column) =>
    isPredicted(name)
      ? []
      : [{ name, measured: column, predicted: isPredicted(columns[column + 1]) ? column + 1 : null }],
  );
}

/** Returns the table of a comparison. Each cell has a measured figure with its prediction below. */
export function comparisonNodes(data: ComparisonTable): Node[] {
  const sides = sidesOf(data);
  const rows = data.rows.map((row) => [nameOf(row), ...sides.map((side) => figure(row, side))]);
  return [
    table(data.title, ['', ...sides.map(({ name }) => name)], rows),
    ...data.notes.map((note) => element('p', { class: 'note' }, note)),
  ];
}

export function benefits(data: ComparisonTable): HTMLElement {
  const sides = sidesOf(data);
  const names = new Set(data.rows.flatMap(({ benefit }) => benefit ?? []));
  const cards = [...names].map((benefit) =>
    table(
      capitalised(benefit),
      ['', ...sides.map(({ name }) => name)],
      data.rows
        .filter((row) => row.benefit === benefit)
        .map((row) => [nameWithin(benefit, row), ...sides.map((side) => figure(row, side))]),
    ),
  );
  return element('div', { class: 'counts' }, ...cards);
}

/** Returns the name of a row without the benefit, because the benefit is the caption of the table. */
function nameWithin(benefit: string, row: Row): string {
  const prefix = `${benefit}: `;
  const text = textOf(row);
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function capitalised(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function figure({ cells }: Row, { measured, predicted }: Side): DomChild {
  const measuredText = cellText(cells[measured]);
  const model = predicted === null ? null : (cells[predicted] ?? null);
  if (model === null) return measuredText;
  return element('span', {}, measuredText, element('small', {}, `predicted ${cellText(model)}`));
}

/** Returns the name of a row. A name that begins with a space belongs to the row above, and is indented. */
function nameOf(row: Row): DomChild {
  return row.name.startsWith(' ') ? element('span', { class: 'part' }, textOf(row)) : textOf(row);
}

function textOf({ name, unit }: Row): string {
  return unit === '' ? name.trim() : `${name.trim()} (${unit})`;
}

function cellText(cell: number | string | null | undefined): string {
  if (cell == null) return '–';
  return typeof cell === 'number' ? figureText(cell) : cell;
}
