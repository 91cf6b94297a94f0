import type { Encoding } from '../language/java-encoding.ts';

/** Sets variables of a thread each time an iteration of its controller starts. Plain JSON data. */
export type Source = CsvSource | RandomSource;

interface OfElement {
  /** The controller whose iterations run the source: 0 is the thread group. */
  readonly controller: number;
  /** The number of the element in the file. Thread groups with the same element share its state. */
  readonly element: number;
}

export const SHARINGS = ['all', 'group', 'thread'] as const;

/** Takes the next line of a file. Source: JMeter's CSVDataSet and FileServer. */
export interface CsvSource extends OfElement {
  readonly kind: 'csv';
  /** The path of the file as the test plan writes it. */
  readonly file: string;
  /** The folder in which the file is, if it is not in the working folder. */
  readonly folder: string;
  readonly encoding: Encoding;
  readonly names: readonly string[];
  /** True if the first line has no values. */
  readonly skipsFirstLine: boolean;
  readonly delimiter: string;
  readonly quoted: boolean;
  /** True if the file starts again after its last line. */
  readonly recycles: boolean;
  /** True if the end of the file ends the thread. False if all variables then get the value `<EOF>`. */
  readonly stopsThread: boolean;
  /** The threads that share one position in the file. A key is shared by all elements that have it. */
  readonly sharing: (typeof SHARINGS)[number] | { readonly key: string };
}

/** Draws a whole number. Source: JMeter's RandomVariableConfig. */
export interface RandomSource extends OfElement {
  readonly kind: 'random';
  readonly name: string;
  readonly least: number;
  /** How many different numbers there are. */
  readonly range: number;
  /** A pattern of Java's DecimalFormat. Empty for the plain number. */
  readonly format: string;
  /** A Java long in decimal digits. Null if each run draws other numbers. */
  readonly seed: string | null;
  /** True if each thread draws its own numbers. */
  readonly perThread: boolean;
}

/** Whether the source can end a thread before its last loop. */
export function canEndThread(source: Source): boolean {
  return source.kind === 'csv' && source.stopsThread;
}
