/**
 * Conditions of a JMeter test plan on a sample. A sample that does not meet its assertions is not a success. Assertions
 * do not change the outcome that a sender of qbl writes.
 */
export type Assertion = ResponseAssertion | DurationAssertion | SizeAssertion | JsonAssertion;

/** What a Response Assertion looks at. */
export const TESTED_FIELDS = [
  'body',
  'code',
  'message',
  'headers',
  'request headers',
  'request data',
  'URL',
] as const;
export type TestedField = (typeof TESTED_FIELDS)[number];

/** Source: JMeter's ResponseAssertion.java. */
export interface ResponseAssertion {
  readonly kind: 'response';
  readonly field: TestedField;
  /** JMeter's `Assertion.test_type`, a sum of the numbers of `TEST_TYPE`. */
  readonly testType: number;
  readonly patterns: readonly string[];
  /** True if the sample counts as a success before the patterns are tested. */
  readonly assumesSuccess: boolean;
  /** The text of a failure. Empty for JMeter's own text. */
  readonly message: string;
}

export const TEST_TYPE = { match: 1, contains: 2, not: 4, equals: 8, substring: 16, or: 32 } as const;

/** Source: JMeter's DurationAssertion.java. */
export interface DurationAssertion {
  readonly kind: 'duration';
  /** The longest time of a sample in milliseconds. 0 means any time. */
  readonly mostMs: number;
}

/** What a Size Assertion measures. */
export const MEASURED_SIZES = ['response', 'headers', 'body', 'code', 'message'] as const;
export type MeasuredSize = (typeof MEASURED_SIZES)[number];

/** The comparisons of a Size Assertion, in the order of JMeter's numbers from 1. */
export const SIZE_OPERATORS = ['=', '!=', '>', '<', '>=', '<='] as const;
export type SizeOperator = (typeof SIZE_OPERATORS)[number];

/** Source: JMeter's SizeAssertion.java. */
export interface SizeAssertion {
  readonly kind: 'size';
  readonly measured: MeasuredSize;
  readonly operator: SizeOperator;
  readonly size: number;
}

/** Source: JMeter's JSONPathAssertion.java. */
export interface JsonAssertion {
  readonly kind: 'json';
  readonly path: string;
  /** What the value at the path must be. Null if every value is accepted. */
  readonly expected: ExpectedValue | null;
  /** True if the sample fails when the assertion holds. */
  readonly isInverted: boolean;
  /** JMeter's text of the expected value, also if every value is accepted. */
  readonly text: string;
}

export interface ExpectedValue {
  /** True if null is accepted, in addition to the expected value. */
  readonly acceptsNull: boolean;
  /** True if the text is a regular expression. False if the text is a JSON value. */
  readonly isRegex: boolean;
}
