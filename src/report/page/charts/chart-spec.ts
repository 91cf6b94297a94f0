/** One line, area or row of bars of a chart. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  /** Format of the round figures on its axis. The default is `format`. */
  readonly axisFormat?: (value: number) => string;
  readonly form: 'line' | 'area' | 'step' | 'bars';
  /** True if the line continues over times without a value. */
  readonly bridgesGaps?: boolean;
  /** The default is the left axis. */
  readonly axis?: 'left' | 'right';
}

/** The horizontal axis, along which the cursor moves. */
export interface Horizontal {
  readonly name: string;
  readonly values: readonly number[];
  readonly format: (value: number) => string;
  /** The positions of its ticks. By default the chart library chooses them. */
  readonly ticks?: readonly number[];
  readonly range?: readonly [number, number];
}

/** A highlighted part of the horizontal axis. */
export interface Shade {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The content of a chart, in words and in figures. */
export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** One or two sentences for screen readers that describe the chart. */
  readonly summary: string;
  readonly horizontal: Horizontal;
  readonly series: readonly Series[];
  readonly shades?: readonly Shade[];
  readonly isLogarithmic?: boolean;
  /** Charts of one group share their cursor. */
  readonly group?: string;
}

/** Lines also have different dashes, for colour-blind people and for paper. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 2], [1, 2]];

/** Patterns and colours repeat after the last one. */
export const dashOf = (index: number): readonly number[] => DASHES[index % DASHES.length] ?? [];
export const COLOURS = 6;
export const colourOf = (index: number): string => `--series-${(index % COLOURS) + 1}`;
