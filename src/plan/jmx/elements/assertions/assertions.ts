import { JsonPathError } from '../../../../json-path/path.ts';
import { RegexError } from '../../../../regex/syntax.ts';
import type { Assertion } from '../../../../samples/assertions/assertion.ts';
import { checksOf } from '../../../../samples/assertions/checks.ts';
import type { Scope } from '../../../language/evaluate.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import { AssertionReader } from './assertion-reader.ts';
import { durationAssertion, sizeAssertion } from './figure-assertions.ts';
import { jsonAssertion } from './json-assertion.ts';
import { responseAssertion } from './response-assertion.ts';

type ReadAssertion = (reader: AssertionReader) => Assertion | null;

/** The assertions that qbl reads, by JMeter's class. */
const READERS: Readonly<Record<string, ReadAssertion>> = {
  ResponseAssertion: responseAssertion,
  DurationAssertion: durationAssertion,
  SizeAssertion: sizeAssertion,
  JSONPathAssertion: jsonAssertion,
};

/**
 * Reads the assertions of one request.
 * @param scope the variables of the request. JMeter evaluates the texts of an assertion for each sample.
 */
export function importAssertions(
  elements: readonly TestElement[],
  followsRedirects: boolean,
  scope: Scope,
  context: ImportContext,
): readonly Assertion[] {
  return elements.flatMap((element) => {
    const reader = new AssertionReader(element, scope, context);
    const isApplied = reader.isApplied(followsRedirects);
    const assertion = isApplied ? (READERS[element.type]?.(reader) ?? null) : null;
    if (followsRedirects && assertion?.kind === 'size')
      reader.refuse('a Size Assertion is not supported for a request that follows redirects');
    return assertion !== null && isPossible(assertion, reader) ? [assertion] : [];
  });
}

/** Refuses an expression that qbl cannot match exactly as JMeter does. */
function isPossible(assertion: Assertion, reader: AssertionReader): boolean {
  try {
    checksOf([assertion]);
    return true;
  } catch (error) {
    if (!(error instanceof RegexError) && !(error instanceof JsonPathError)) throw error;
    reader.refuse(error.message);
    return false;
  }
}
