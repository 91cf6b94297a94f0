/** One line, area or row of bars of a chart. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  /** At the ticks of its axis, where figures are round; `format` where nothing is said. */
  readonly axisFormat?: (value: number) => string;
  readonly form: 'line' | 'area' | 'step' | 'bars';
  /** A line goes on over times at which there was nothing to measure. */
  readonly bridgesGaps?: boolean;
  /** Which axis it is read from; the left one where nothing is said. */
  readonly axis?: 'left' | 'right';
}

/** The axis along which a cursor moves. */
export interface Horizontal {
  readonly name: string;
  readonly values: readonly number[];
  readonly format: (value: number) => string;
  /** Where its ticks stand; the library's choice where nothing is said. */
  readonly ticks?: readonly number[];
  readonly range?: readonly [number, number];
}

/** A part of the horizontal axis that stands out. */
export interface Shade {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What a chart shows, in words and in figures. */
export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** What there is to see, as a sentence or two: what a screen reader says of the picture. */
  readonly summary: string;
  readonly horizontal: Horizontal;
  readonly series: readonly Series[];
  readonly shades?: readonly Shade[];
  readonly isLogarithmic?: boolean;
  /** Charts of one group share their cursor. */
  readonly group?: string;
}

/** Lines are told apart by their dashes too, for who sees no colours and for paper. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 2], [1, 2]];

/** The patterns and colours go round. */
export const dashOf = (index: number): readonly number[] => DASHES[index % DASHES.length] ?? [];
export const COLOURS = 6;
export const colourOf = (index: number): string => `--series-${(index % COLOURS) + 1}`;
