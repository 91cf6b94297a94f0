import type { Value } from '../../json-path/value.ts';
import type { MeasuredSize, TestedField } from './assertion.ts';

/** What an assertion says about a sample. JMeter writes the first message that is not null. */
export interface AssertionResult {
  readonly failed: boolean;
  readonly message: string | null;
}

export const PASSED: AssertionResult = { failed: false, message: null };
/** JMeter's result for an empty text. Source: AssertionResult.java. */
export const RESPONSE_WAS_NULL: AssertionResult = { failed: true, message: 'Response was null' };

/** An assertion that cannot be checked never passes, because an incomplete check is not a pass. */
export function unknownText(why: string): AssertionResult {
  return { failed: true, message: `qbl cannot check the response: ${why}` };
}

/** A sample, as assertions see it. */
export interface CheckedSample {
  readonly elapsedMs: number;
  /** The text of a field. If the text is not known, the result that every assertion on it has. */
  text(field: TestedField): string | AssertionResult;
  /** The value of a text as JSON. Undefined if the text is not JSON. Several assertions ask for the same text. */
  json(text: string): Value | undefined;
  sizeOf(measured: MeasuredSize): number;
  /** Masks the secrets of the request in a text. */
  hide(text: string): string;
}

/** An assertion, prepared for many samples. */
export interface Check {
  readonly needsBody: boolean;
  /** True if the sample counts as a success before the assertion is evaluated. */
  readonly assumesSuccess: boolean;
  evaluate(sample: CheckedSample): AssertionResult;
}
