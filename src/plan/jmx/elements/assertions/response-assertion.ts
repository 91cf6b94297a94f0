import {
  type ResponseAssertion,
  TEST_TYPE,
  type TestedField,
} from '../../../../samples/assertions/assertion.ts';
import type { AssertionReader } from './assertion-reader.ts';

const FIELDS: Readonly<Record<string, TestedField>> = {
  'Assertion.response_data': 'body',
  'Assertion.response_code': 'code',
  'Assertion.response_message': 'message',
  'Assertion.response_headers': 'headers',
  'Assertion.request_headers': 'request headers',
  'Assertion.request_data': 'request data',
};

/** Reads a Response Assertion. Null if it is refused (ResponseAssertion.java). */
export function responseAssertion(reader: AssertionReader): ResponseAssertion | null {
  const field = reader.text('Assertion.test_field');
  const testType = reader.has('Assertion.test_type')
    ? reader.text('Assertion.test_type')
    : TEST_TYPE.contains;
  if (field === 'Assertion.response_data_as_document') {
    reader.refuse(`Assertion.test_field=${field} is not supported`);
    return null;
  }
  if (!/^\d{1,3}$/.test(String(testType))) {
    reader.refuse(`Assertion.test_type: expected a whole number, not ${JSON.stringify(testType)}`);
    return null;
  }
  return {
    kind: 'response',
    // JMeter takes every other name of a field for the URL.
    field: FIELDS[field] ?? 'URL',
    testType: Number(testType),
    patterns: reader.texts('Asserion.test_strings'),
    assumesSuccess: reader.isTrue('Assertion.assume_success'),
    message: reader.text('Assertion.custom_message'),
  };
}
