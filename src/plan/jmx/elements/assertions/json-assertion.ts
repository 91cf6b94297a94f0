import type { JsonAssertion } from '../../../../samples/assertions/assertion.ts';
import type { AssertionReader } from './assertion-reader.ts';

/** Reads a JSON Assertion (JSONPathAssertion.java). */
export function jsonAssertion(reader: AssertionReader): JsonAssertion {
  const isValidated = reader.isTrue('JSONVALIDATION');
  return {
    kind: 'json',
    path: reader.text('JSON_PATH'),
    expected: isValidated
      ? { acceptsNull: reader.isTrue('EXPECT_NULL'), isRegex: reader.isTrue('ISREGEX', true) }
      : null,
    isInverted: reader.isTrue('INVERT'),
    text: reader.text('EXPECTED_VALUE'),
  };
}
