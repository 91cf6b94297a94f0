import { QblError } from '../../error.ts';
import { CsvFile } from '../../plan/sources/csv-file.ts';
import { CsvQuoteError, valuesOf } from '../../plan/sources/csv-record.ts';
import type { CsvSource } from '../../plan/sources/source.ts';

/** The positions in the files of a run. */
export class CsvCursors {
  readonly #cursors = new Map<string, CsvCursor>();

  /** Returns the position that the threads share which the source says. */
  of(source: CsvSource, group: number, thread: number): CsvCursor {
    const place = placeOf(source, group, thread);
    const known = this.#cursors.get(place) ?? new CsvCursor(source);
    this.#cursors.set(place, known);
    return known;
  }
}

/**
 * Returns the name of a position. JMeter compares the names of files as the test plan writes them (CSVDataSet.java,
 * setAlias).
 */
function placeOf({ file, sharing }: CsvSource, group: number, thread: number): string {
  if (sharing === 'all') return JSON.stringify([file]);
  if (sharing === 'group') return JSON.stringify([file, group]);
  return JSON.stringify(sharing === 'thread' ? [file, group, thread] : [file, sharing.key]);
}

/** A position in a file. Source: FileServer.java. */
export class CsvCursor {
  #file: CsvFile;

  /** Throws QblError('usage') if the file cannot be read, or has no first line although the source needs one. */
  constructor(source: CsvSource) {
    this.#file = new CsvFile(source);
    if (source.skipsFirstLine && this.#file.readLine() === null) {
      throw new QblError('usage', `the file "${source.file}" of a CSV Data Set is empty`, {
        hint: 'The CSV Data Set reads the names from the first line, or ignores the first line. Add this line.',
      });
    }
  }

  /** Returns the values of the next line. Without values at the end of the file, and for an empty line. */
  next(source: CsvSource): string[] {
    if (source.recycles && this.#file.ended) {
      this.#file = new CsvFile(source);
      if (source.skipsFirstLine) this.#file.readLine();
    }
    if (!source.quoted) return valuesOf(this.#file.readLine() ?? '', source.delimiter);
    try {
      return this.#file.readRecord(source.delimiter.charAt(0));
    } catch (error) {
      // JMeter treats such a record as the end of the file.
      if (error instanceof CsvQuoteError) return [];
      throw error;
    }
  }
}
