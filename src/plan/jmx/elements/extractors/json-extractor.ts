import type { JsonExtractor } from '../../../../samples/extractors/extractor.ts';
import type { ExtractorReader } from './extractor-reader.ts';
import { splitNames } from './split-names.ts';

const WHOLE = /^[+-]?\d{1,9}$/;
const NAMES = 'JSONPostProcessor.referenceNames';
const NUMBERS = 'JSONPostProcessor.match_numbers';

/**
 * Reads a JSON Extractor, which sets one or several variables. With lists of different lengths, JMeter writes no sample of
 * the request (JSONPostProcessor.java).
 */
export function jsonExtractors(reader: ExtractorReader): readonly JsonExtractor[] {
  const names = splitNames(reader.text(NAMES));
  const paths = splitNames(reader.text('JSONPostProcessor.jsonPathExprs'));
  const standards = splitNames(reader.text('JSONPostProcessor.defaultValues'));
  if (names.length !== paths.length || names.length !== standards.length) {
    const lengths = `${names.length} names, ${paths.length} paths and ${standards.length} default values`;
    reader.refuse(`${NAMES}: expected equally many names, paths and default values, not ${lengths}`);
    return [];
  }
  const numbers = matchNumbers(reader, names.length);
  const readsRedirects = reader.readsRedirects();
  const joins = reader.isTrue('JSONPostProcessor.compute_concat');
  return names.map((name, index) => ({
    kind: 'json',
    name: name.trim(),
    path: paths[index]?.trim() ?? '',
    match: numbers[index] ?? 0,
    standard: standards[index] ?? '',
    joins,
    readsRedirects,
  }));
}

function matchNumbers(reader: ExtractorReader, most: number): readonly number[] {
  const text = reader.text(NUMBERS);
  if (text.trim() === '') return [];
  const numbers = splitNames(text).map((number) => number.trim());
  const wrong = numbers.find((number) => !WHOLE.test(number));
  if (wrong !== undefined) reader.refuse(`${NUMBERS}: expected whole numbers, not ${JSON.stringify(wrong)}`);
  if (numbers.length > most)
    reader.refuse(`${NUMBERS}: expected at most ${most} numbers, not ${numbers.length}`);
  return numbers.map(Number);
}
