import { StepBudget, TooManySteps } from '../../regex/step-budget.ts';
import type { Assertion } from './assertion.ts';
import { type AssertionResult, type Check, type CheckedSample, unknownText } from './check.ts';
import { durationCheck, sizeCheck } from './figure-assertions.ts';
import { jsonCheck } from './json-assertion.ts';
import { responseCheck } from './response-assertion.ts';

/** The result of all assertions of a request. */
export interface Checked {
  readonly success: boolean;
  /** The first text of an assertion, as JMeter writes it into the row of the sample. Empty if no assertion has a text. */
  readonly failureMessage: string;
}

/** The assertions of one request, prepared for all its samples. */
export interface Checks {
  readonly needsBody: boolean;
  /**
   * Evaluates the assertions in their order, as JMeterThread.java (checkAssertions) does.
   * @param success whether the sample is a success without assertions
   */
  evaluate(sample: CheckedSample, success: boolean): Checked;
}

/**
 * Prepares assertions.
 * @throws RegexError or JsonPathError if an expression cannot be matched exactly as JMeter does
 */
export function checksOf(assertions: readonly Assertion[]): Checks {
  const budget = new StepBudget();
  const checks = assertions.map((assertion) => checkOf(assertion, budget));
  return {
    needsBody: checks.some(({ needsBody }) => needsBody),
    evaluate: (sample, success) => {
      budget.renew();
      let isSuccess = success;
      let first: string | null = null;
      for (const { assumesSuccess, evaluate } of checks) {
        const { failed, message } = resultOf(evaluate, sample);
        isSuccess = (isSuccess || assumesSuccess) && !failed;
        first ??= message;
      }
      return { success: isSuccess, failureMessage: first ?? '' };
    },
  };
}

function resultOf(evaluate: Check['evaluate'], sample: CheckedSample): AssertionResult {
  try {
    return evaluate(sample);
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    return unknownText('the regular expressions of the sample need too many steps');
  }
}

function checkOf(assertion: Assertion, budget: StepBudget): Check {
  switch (assertion.kind) {
    case 'response':
      return responseCheck(assertion, budget);
    case 'duration':
      return durationCheck(assertion);
    case 'size':
      return sizeCheck(assertion);
    case 'json':
      return jsonCheck(assertion, budget);
  }
}
