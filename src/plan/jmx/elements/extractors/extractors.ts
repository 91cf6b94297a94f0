import { JsonPathError } from '../../../../json-path/path.ts';
import { RegexError } from '../../../../regex/syntax.ts';
import { extractionOf } from '../../../../samples/extractors/extraction.ts';
import type { Extractor } from '../../../../samples/extractors/extractor.ts';
import type { Scope } from '../../../language/evaluate.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import { ExtractorReader } from './extractor-reader.ts';
import { jsonExtractors } from './json-extractor.ts';
import { setsName } from './set-by-extractors.ts';
import { boundaryExtractors, regexExtractors } from './text-extractors.ts';

/** The extractors that qbl reads, by JMeter's class. */
const READERS: Readonly<Record<string, (reader: ExtractorReader) => readonly Extractor[]>> = {
  JSONPostProcessor: jsonExtractors,
  RegexExtractor: regexExtractors,
  BoundaryExtractor: boundaryExtractors,
};

/**
 * Reads the extractors of one request.
 * @param scope the variables of the request. JMeter evaluates the texts of an extractor for each sample.
 */
export function importExtractors(
  elements: readonly TestElement[],
  scope: Scope,
  context: ImportContext,
): readonly Extractor[] {
  return elements.flatMap((element) => {
    const reader = new ExtractorReader(element, scope, context);
    const extractors = READERS[element.type]?.(reader) ?? [];
    return extractors.filter((extractor) => isPossible(extractor, reader, context.setInScopes));
  });
}

/** Refuses an extractor that qbl cannot run exactly as JMeter does. */
function isPossible(
  extractor: Extractor,
  reader: ExtractorReader,
  setInScopes: ReadonlySet<string>,
): boolean {
  const shared = [...setInScopes].find((name) => setsName(extractor.name, name));
  if (shared !== undefined)
    reader.refuse(`${shared}: a counter or User Parameters set this variable too: expected another name`);
  try {
    extractionOf([extractor]);
    return shared === undefined;
  } catch (error) {
    if (!(error instanceof RegexError) && !(error instanceof JsonPathError)) throw error;
    reader.refuse(`${extractor.name}: ${error.message}`);
    return false;
  }
}
