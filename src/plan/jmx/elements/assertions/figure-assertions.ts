import {
  type DurationAssertion,
  type MeasuredSize,
  SIZE_OPERATORS,
  type SizeAssertion,
} from '../../../../samples/assertions/assertion.ts';
import type { AssertionReader } from './assertion-reader.ts';

const WHOLE = /^[+-]?\d{1,15}$/;

/** Reads a Duration Assertion. JMeter reads a text that is not a whole number as 0 (DurationAssertion.java). */
export function durationAssertion(reader: AssertionReader): DurationAssertion {
  const most = reader.text('DurationAssertion.duration');
  return { kind: 'duration', mostMs: WHOLE.test(most) ? Number(most) : 0 };
}

const MEASURED: Readonly<Record<string, MeasuredSize>> = {
  'SizeAssertion.response_headers': 'headers',
  'SizeAssertion.response_data': 'body',
  'SizeAssertion.response_code': 'code',
  'SizeAssertion.response_message': 'message',
};

/** Reads a Size Assertion. Null if it is refused (SizeAssertion.java). */
export function sizeAssertion(reader: AssertionReader): SizeAssertion | null {
  const size = reader.text('SizeAssertion.size');
  const operator = reader.text('SizeAssertion.operator');
  const known = SIZE_OPERATORS[Number(operator) - 1];
  if (!WHOLE.test(size))
    reader.refuse(`SizeAssertion.size: expected a whole number, not ${JSON.stringify(size)}`);
  if (known === undefined)
    reader.refuse(`SizeAssertion.operator: expected a number from 1 to 6, not ${JSON.stringify(operator)}`);
  if (!WHOLE.test(size) || known === undefined) return null;
  const measured = MEASURED[reader.text('Assertion.test_field')] ?? 'response';
  return { kind: 'size', measured, operator: known, size: Number(size) };
}
