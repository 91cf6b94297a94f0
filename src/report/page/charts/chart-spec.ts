/** One line, area or row of bars in a chart. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  /** Writes the figures on the axis. If absent, `format` writes them. */
  readonly axisFormat?: (value: number) => string;
  readonly form: 'line' | 'area' | 'step' | 'bars';
  /** Whether the line continues over times without a value. */
  readonly bridgesGaps?: boolean;
  /** The axis that the values belong to. If absent, the left axis. */
  readonly axis?: 'left' | 'right';
}

/** The horizontal axis. The cursor moves along it. */
export interface Horizontal {
  readonly name: string;
  readonly values: readonly number[];
  readonly format: (value: number) => string;
  /** Positions of the marks on the axis. If absent, the chart library chooses them. */
  readonly ticks?: readonly number[];
  readonly range?: readonly [number, number];
}

/** A highlighted part of the horizontal axis. */
export interface Shade {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** One or two sentences that describe the chart, for screen readers. */
  readonly summary: string;
  readonly horizontal: Horizontal;
  readonly series: readonly Series[];
  readonly shades?: readonly Shade[];
  readonly isLogarithmic?: boolean;
  /** Name of a group of charts. Their cursors move together. */
  readonly group?: string;
}

/** Dash patterns of lines, which colour-blind readers and readers on paper need to distinguish the lines. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 2], [1, 2]];

/**
 * Returns the dash pattern of a series. After the last pattern and the last colour, the first ones are used
 * again.
 */
export const dashOf = (index: number): readonly number[] => DASHES[index % DASHES.length] ?? [];
export const COLOURS = 6;
export const colourOf = (index: number): string => `--series-${(index % COLOURS) + 1}`;
