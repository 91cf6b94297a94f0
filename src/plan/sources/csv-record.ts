/** A record that JMeter cannot read, because its quotes are wrong. */
export class CsvQuoteError extends Error {}

/** Gives the characters of a text one after the other. */
export interface Characters {
  /** Returns the next UTF-16 unit. Empty at the end of the text. */
  next(): string;
  /** Leaves out a line feed, if it is the next character. */
  skipLineFeed(): void;
}

type State = 'start' | 'plain' | 'quoted' | 'quote in quoted';

/**
 * Reads a record with quoted values. Returns no value at the end of the text. Source: CSVSaveService.java, csvReadFile.
 * @param delimiter one UTF-16 unit
 * @throws CsvQuoteError and stays behind the wrong character
 */
export function readRecord(characters: Characters, delimiter: string): string[] {
  const values: string[] = [];
  let state: State = 'start';
  let value = '';
  let isAfterDelimiter = false;
  for (let character = characters.next(); character !== ''; character = characters.next()) {
    const isLineEnd = character === '\n' || character === '\r';
    isAfterDelimiter = state !== 'quoted' && (isLineEnd || character === delimiter) && character !== '"';
    if (isAfterDelimiter) {
      values.push(value);
      value = '';
      state = 'start';
      if (character === '\r') characters.skipLineFeed();
      if (isLineEnd) return values;
    } else if (state === 'quoted') {
      if (character === '"') state = 'quote in quoted';
      else value += character;
    } else if (character === '"') {
      if (state === 'plain') throw new CsvQuoteError('a quote in a value without quotes');
      if (state === 'quote in quoted') value += '"';
      state = 'quoted';
    } else {
      if (state === 'quote in quoted') throw new CsvQuoteError('a single quote in a value with quotes');
      value += character;
      state = 'plain';
    }
  }
  if (state === 'quoted') throw new CsvQuoteError('a value without a closing quote');
  if (value !== '' || isAfterDelimiter || state === 'quote in quoted') values.push(value);
  return values;
}

/** Returns the values of a text with one record. Source: CSVSaveService.java, csvSplitString. */
export function recordOf(text: string, delimiter: string): string[] {
  let at = 0;
  const next = () => text[at++] ?? '';
  return readRecord({ next, skipLineFeed: () => text[at] === '\n' && at++ }, delimiter);
}

/** Splits a line without quoted values. An empty line has no value. Source: JOrphanUtils.java, split. */
export function valuesOf(line: string, delimiter: string): string[] {
  return line === '' ? [] : line.split(delimiter);
}
