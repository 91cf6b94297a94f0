import { NoCharacterError, unescapedHtml } from '../../html/unescaped-html.ts';
import { StepBudget, TooManySteps } from '../../regex/step-budget.ts';
import type { CheckedSample } from '../assertions/check.ts';
import { boundaryExtraction } from './boundary-extraction.ts';
import type { Extract, Variables } from './extract.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractedField, Extractor } from './extractor.ts';
import { jsonExtraction } from './json-extraction.ts';
import { regexExtraction } from './regex-extraction.ts';

/** The responses to one request: at first the response that counts, and then all responses if there were redirects. */
export type Responses = readonly Pick<CheckedSample, 'text'>[];

/** The extractors of one request, prepared for all its samples. */
export interface Extraction {
  readonly needsBody: boolean;
  /**
   * Reads the responses and sets variables, one extractor after the other.
   * @throws ExtractionError
   */
  run(responses: Responses, variables: Variables): void;
}

/**
 * Prepares extractors.
 * @throws RegexError or JsonPathError if an expression cannot be matched exactly as JMeter does
 */
export function extractionOf(extractors: readonly Extractor[]): Extraction {
  const budget = new StepBudget();
  const prepared = extractors.map((extractor) => ({ extractor, extract: extractOf(extractor, budget) }));
  return {
    needsBody: extractors.some(needsBody),
    run: (responses, variables) => {
      budget.renew();
      for (const { extractor, extract } of prepared) {
        const read = extractor.readsRedirects ? responses : responses.slice(0, 1);
        tried(extractor, () => extract((field) => read.map((each) => textOf(each, field)), variables));
      }
    },
  };
}

function needsBody(extractor: Extractor): boolean {
  return extractor.kind === 'json' || extractor.field === 'body' || extractor.field === 'unescaped body';
}

function extractOf(extractor: Extractor, budget: StepBudget): Extract {
  switch (extractor.kind) {
    case 'json':
      return jsonExtraction(extractor);
    case 'regex':
      return regexExtraction(extractor, budget);
    case 'boundary':
      return boundaryExtraction(extractor);
  }
}

function tried({ name }: Extractor, extract: () => void): void {
  try {
    extract();
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    throw new ExtractionError(`the regular expression for the variable ${name} needs too many steps`);
  }
}

function textOf(response: Pick<CheckedSample, 'text'>, field: ExtractedField): string {
  const text = response.text(field === 'unescaped body' ? 'body' : field);
  if (typeof text !== 'string') throw new ExtractionError(text.message ?? 'the response has no text');
  return field === 'unescaped body' ? unescaped(text) : text;
}

/** JMeter writes no sample if Java throws an exception for an escape. */
function unescaped(text: string): string {
  try {
    return unescapedHtml(text);
  } catch (error) {
    if (!(error instanceof NoCharacterError)) throw error;
    throw new ExtractionError(error.message);
  }
}
