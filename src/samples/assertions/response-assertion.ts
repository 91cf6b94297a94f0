import { Regex } from '../../regex/regex.ts';
import type { StepBudget } from '../../regex/step-budget.ts';
import { type ResponseAssertion, TEST_TYPE, type TestedField } from './assertion.ts';
import { type AssertionResult, type Check, type CheckedSample, PASSED, RESPONSE_WAS_NULL } from './check.ts';
import { equalsText } from './equals-text.ts';

type TextTest = (text: string) => boolean;

/** The words for a field in JMeter's text of a failure. */
const SHOWN_FIELDS: Readonly<Record<TestedField, string>> = {
  body: 'text',
  code: 'code',
  message: 'message',
  headers: 'headers',
  'request headers': 'request headers',
  'request data': 'request data',
  URL: 'URL',
};

/** JMeter's words for a test type. Other sums of flags have no words of their own. */
const EXPECTED: ReadonlyMap<number, string> = new Map([
  [TEST_TYPE.contains, 'to contain'],
  [TEST_TYPE.substring, 'to contain'],
  [TEST_TYPE.match, 'to match'],
  [TEST_TYPE.equals, 'to equal'],
]);

/** Source: ResponseAssertion.java, evaluateResponse. */
export function responseCheck(assertion: ResponseAssertion, budget: StepBudget): Check {
  const { field, testType, patterns, message, assumesSuccess } = assertion;
  const isNegated = has(testType, 'not');
  const tests = patterns.map((pattern) => ({ pattern, holds: testOf(testType, pattern, budget) }));
  const evaluate = (text: string, hide: CheckedSample['hide']): AssertionResult => {
    if (text === '') return isNegated ? PASSED : RESPONSE_WAS_NULL;
    const passes = ({ holds }: { readonly holds: TextTest }) => holds(text) !== isNegated;
    if (has(testType, 'or')) {
      if (tests.some(passes)) return PASSED;
      const texts = tests.map(({ pattern }) => failText(assertion, pattern, text, hide));
      return { failed: true, message: message || `${texts.join('\t')}\t` };
    }
    const failed = tests.find((test) => !passes(test));
    if (failed === undefined) return PASSED;
    return { failed: true, message: message || failText(assertion, failed.pattern, text, hide) };
  };
  return {
    needsBody: field === 'body',
    assumesSuccess,
    evaluate: (sample) => {
      const text = sample.text(field);
      return typeof text === 'string' ? evaluate(text, (shown) => sample.hide(shown)) : text;
    },
  };
}

function testOf(testType: number, pattern: string, budget: StepBudget): TextTest {
  if (has(testType, 'contains')) {
    const regex = new Regex(pattern, budget);
    return (text) => regex.isIn(text);
  }
  if (has(testType, 'equals')) return (text) => text === pattern;
  if (has(testType, 'substring')) return (text) => text.includes(pattern);
  const regex = new Regex(pattern, budget);
  return (text) => regex.isWhole(text);
}

function has(testType: number, flag: keyof typeof TEST_TYPE): boolean {
  return (testType & TEST_TYPE[flag]) !== 0;
}

function failText(
  { field, testType }: ResponseAssertion,
  pattern: string,
  text: string,
  hide: CheckedSample['hide'],
): string {
  const words = EXPECTED.get(testType & ~TEST_TYPE.not);
  const not = has(testType, 'not') ? 'not ' : '';
  const expected = words === undefined ? 'something using' : `${not}${words}`;
  // equalsText cuts and divides its texts, so secrets would no longer be found in the result.
  const shown = has(testType, 'equals') ? equalsText(hide(text), hide(pattern)) : pattern;
  return `Test failed: ${SHOWN_FIELDS[field]} expected ${expected} /${shown}/`;
}
