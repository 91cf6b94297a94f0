import type uPlot from 'uplot';
import { type ChartSpec, colourOf, dashOf, type Series, type Shade } from './chart-spec.ts';

declare global {
  interface Window {
    /** The chart library. The page loads it before this script. */
    readonly uPlot: typeof uPlot;
  }
}

const HEIGHT = 240;
const HEIGHT_OF_NARROW = 200;
const NARROW = 480;
const FONT = '12px system-ui, sans-serif';
const BAR_SHARE = 0.92;
/** Width of the widest character of `FONT`, in CSS pixels. */
const CHARACTER_WIDTH = 7;
const LABEL_GAP = 8;
const MIN_PADDING = 12;

export type OnCursor = (index: number | null) => void;

/** Draws a chart into the box, with the present colours of the page. */
export function drawPlot(box: HTMLElement, spec: ChartSpec, width: number, onCursor: OnCursor): uPlot {
  const options: uPlot.Options = {
    width,
    height: heightFor(width),
    padding: [12, rightPadding(spec), 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7 },
      ...(spec.group === undefined ? {} : { sync: { key: spec.group, setSeries: false } }),
    },
    scales: scalesOf(spec),
    axes: axesOf(spec),
    series: [{}, ...spec.series.map(lineOf)],
    hooks: {
      drawClear: [(plot) => shade(plot, spec.shades ?? [])],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
  return new window.uPlot(options, dataOf(spec), box);
}

/** Space on the right for half of the last label. A chart with a right axis has enough space already. */
function rightPadding({ horizontal, series }: ChartSpec): number {
  if (series.some(({ axis }) => axis === 'right')) return 0;
  const last = horizontal.range?.[1] ?? horizontal.values.at(-1) ?? 0;
  return Math.max(MIN_PADDING, widthOf(horizontal.format(last)) / 2);
}

function widthOf(label: string): number {
  return label.length * CHARACTER_WIDTH;
}

/** Returns the marks whose labels do not overlap the label before them. */
function apart(ticks: readonly number[], { horizontal }: ChartSpec, plot: uPlot): number[] {
  let free = Number.NEGATIVE_INFINITY;
  return ticks.filter((tick) => {
    const half = widthOf(horizontal.format(tick)) / 2;
    const at = plot.valToPos(tick, 'x');
    if (at - half < free) return false;
    free = at + half + LABEL_GAP;
    return true;
  });
}

export function heightFor(width: number): number {
  return width < NARROW ? HEIGHT_OF_NARROW : HEIGHT;
}

export function dataOf({ horizontal, series }: ChartSpec): uPlot.AlignedData {
  return [[...horizontal.values], ...series.map(({ values }) => [...values])];
}

function scalesOf({ horizontal, isLogarithmic }: ChartSpec): uPlot.Scales {
  const fromZero: uPlot.Range.Function = (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1];
  const left: uPlot.Scale = isLogarithmic ? { distr: 3 } : { range: fromZero };
  const { range } = horizontal;
  return {
    x: range === undefined ? { time: false } : { time: false, range: [...range] },
    left,
    right: { range: fromZero },
  };
}

function axesOf(spec: ChartSpec): uPlot.Axis[] {
  const { horizontal, series, isLogarithmic } = spec;
  const look = { stroke: colour('--muted'), font: FONT, grid: { stroke: colour('--rule'), width: 1 } };
  const { ticks } = horizontal;
  const left = series.find(({ axis }) => axis !== 'right');
  const right = series.find(({ axis }) => axis === 'right');
  const sizeFor = (_plot: uPlot, values: string[]) =>
    22 + CHARACTER_WIDTH * Math.max(3, ...(values ?? []).map((value) => value?.length ?? 0));
  const vertical = (shown: Series): uPlot.Axis => ({
    ...look,
    scale: shown.axis ?? 'left',
    size: sizeFor,
    values: (_plot, splits) =>
      splits.map((value) =>
        value === null || (shown.form === 'bars' && !Number.isInteger(value))
          ? ''
          : (shown.axisFormat ?? shown.format)(value),
      ),
  });
  return [
    {
      ...look,
      values: (_plot, splits) => splits.map(horizontal.format),
      size: 30,
      space: 70,
      ...(ticks === undefined ? {} : { splits: (plot: uPlot) => apart(ticks, spec, plot), space: 30 }),
    },
    ...(left === undefined
      ? []
      : [isLogarithmic ? logarithmic(vertical(left)) : { ...vertical(left), space: 36 }]),
    ...(right === undefined ? [] : [{ ...vertical(right), side: 1 as const, grid: { show: false } }]),
  ];
}

/** Makes an axis draw grid lines only at powers of ten. */
function logarithmic(axis: uPlot.Axis): uPlot.Axis {
  const powers = (_plot: uPlot, splits: number[]) =>
    splits.map((value) => (Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6) ? value : null));
  return {
    ...axis,
    space: 30,
    filter: powers,
    grid: { ...axis.grid, filter: powers },
    ticks: { filter: powers },
  };
}

/** Fills the highlighted parts over the whole height, behind the lines. */
function shade({ ctx, bbox, valToPos }: uPlot, shades: readonly Shade[]): void {
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.fillStyle = colour('--shade');
  for (const { from, to } of shades) {
    const [start, end] = [from, to].map((at) => Math.min(valToPos(at, 'x', true), right));
    if (start !== undefined && end !== undefined) ctx.fillRect(start, bbox.top, end - start, bbox.height);
  }
  ctx.restore();
}

function lineOf(series: Series, index: number): uPlot.Series {
  const stroke = colour(colourOf(index));
  const { paths } = window.uPlot;
  const base: uPlot.Series = {
    label: series.name,
    scale: series.axis ?? 'left',
    stroke,
    width: 2,
    dash: [...dashOf(index)],
    // Draws points too, because a line with a single point would be invisible.
    points: { show: true, size: 6, fill: stroke, filter: () => alone(series) },
    spanGaps: series.bridgesGaps === true,
  };
  if (series.form === 'bars') {
    const build = paths.bars?.({ size: [BAR_SHARE] });
    return {
      ...base,
      width: 1,
      dash: [],
      fill: translucent(stroke, '99'),
      ...(build ? { paths: build } : {}),
    };
  }
  if (series.form === 'area') return { ...base, fill: translucent(stroke, '2e') };
  const build = series.form === 'step' ? paths.stepped?.({ align: 1 }) : undefined;
  return build === undefined ? base : { ...base, paths: build };
}

/** Returns the indexes of values without a neighbour. No line connects these values. */
function alone({ values, form, bridgesGaps }: Series): number[] {
  if (form === 'bars') return [];
  const known = values.flatMap((value, index) => (value === null ? [] : [index]));
  if (bridgesGaps === true) return known.length === 1 ? known : [];
  const isKnown = (index: number) => (values[index] ?? null) !== null;
  return known.filter((index) => !isKnown(index - 1) && !isKnown(index + 1));
}

/** Returns the value of a style variable. Light mode, dark mode and print have different values. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Makes a colour such as `#1f77b4` transparent: adds two hexadecimal digits for the opacity, such as `80`. */
const translucent = (hex: string, alpha: string) => `${hex}${alpha}`;
