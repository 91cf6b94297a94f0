import { printable } from '../../../printable.ts';
import type { Fact } from '../report-data.ts';

const MAX_LENGTH = 2000;

/** A name and a value from the files of a run, each on one line. */
export function fact(name: string, value: string): Fact {
  return { name: printable(name, MAX_LENGTH), value: printable(value, MAX_LENGTH) };
}
