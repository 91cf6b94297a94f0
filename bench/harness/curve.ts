import type { ChartSpec } from './chart.ts';
import { type Comparison, type Measured, measure } from './comparison.ts';
import type { Settings } from './settings.ts';
import { figuresOf, markdown, medianOf, numberText } from './table.ts';

/** Measures programs at several values of one quantity, such as the number of connections. */
export interface Curve {
  /** Name of the curve, and of the file with its drawing. */
  readonly name: string;
  readonly title: string;
  /** The quantity, with its unit. */
  readonly quantity: string;
  readonly points: readonly number[];
  /** This point and larger points are measured only once, because each measurement takes minutes. */
  readonly oneRoundFrom?: number;
  at(point: number): Comparison['prepare'];
}

export interface MeasuredCurve {
  readonly curve: Curve;
  readonly points: readonly { readonly point: number; readonly measured: Measured }[];
}

export async function measureCurve(curve: Curve, settings: Settings, count: number): Promise<MeasuredCurve> {
  const points = [];
  for (const point of curve.points.slice(0, count)) {
    process.stderr.write(`measuring ${curve.name} at ${point}\n`);
    const rounds = point >= (curve.oneRoundFrom ?? Number.POSITIVE_INFINITY) ? 1 : settings.rounds;
    const comparison = { name: curve.name, prepare: curve.at(point) };
    points.push({ point, measured: await measure(comparison, { ...settings, rounds }) });
  }
  return { curve, points };
}

/** Returns a table with one row for each point of the curve and each measured program. */
export function curveTable({ curve, points }: MeasuredCurve): string {
  const figures = [...new Set(points.flatMap(({ measured }) => figuresOf(measured)))];
  const rows = points.flatMap(({ point, measured }) =>
    measured.sides.map((side) => [
      point.toLocaleString('en'),
      side.name,
      ...figures.map((figure) => textOf(medianOf(side, figure))),
    ]),
  );
  return markdown([curve.quantity, 'side', ...figures], rows, [curve.quantity, ...figures]);
}

function textOf(median: number): string {
  return Number.isNaN(median) ? '' : numberText(median);
}

/** The medians of a curve as a chart with one panel for each figure. */
export function chartOf({ curve, points }: MeasuredCurve): ChartSpec {
  const names = [...new Set(points.flatMap(({ measured }) => measured.sides.map(({ name }) => name)))];
  const figures = [...new Set(points.flatMap(({ measured }) => figuresOf(measured)))];
  return {
    title: curve.title,
    horizontal: curve.quantity,
    panels: figures.map((figure) => ({
      title: figure,
      series: names.map((name) => ({
        name,
        points: points.flatMap(({ point, measured }) =>
          measured.sides
            .filter((side) => side.name === name)
            .map((side) => [point, medianOf(side, figure)] as const)
            .filter(([, value]) => value > 0),
        ),
      })),
    })),
  };
}
