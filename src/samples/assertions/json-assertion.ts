import { inHashOrder } from '../../json-path/java-hash-map.ts';
import { javaText, jsonText, plainText } from '../../json-path/java-text.ts';
import { parsePath } from '../../json-path/parse-path.ts';
import { parseValue } from '../../json-path/parse-value.ts';
import { isDefinite, type Path } from '../../json-path/path.ts';
import { PathFailure, readPath } from '../../json-path/read-path.ts';
import { areEqual, isList, JavaNumber, type Value } from '../../json-path/value.ts';
import { Regex } from '../../regex/regex.ts';
import type { StepBudget } from '../../regex/step-budget.ts';
import type { ExpectedValue, JsonAssertion } from './assertion.ts';
import { type Check, RESPONSE_WAS_NULL, unknownText } from './check.ts';

type ValueTest = (value: Value) => boolean;

/** Source: JSONPathAssertion.java. */
export function jsonCheck(assertion: JsonAssertion, budget: StepBudget): Check {
  const path = parsePath(assertion.path);
  const isExpected = valueTest(assertion, budget);
  const failureOf = (document: Value): string | null => {
    const value = readPath(path, document);
    if (value instanceof PathFailure) return value.message;
    return assertion.expected === null
      ? emptinessOf(value, path, assertion)
      : mismatchOf(value, isExpected, assertion.expected, assertion);
  };
  return {
    needsBody: true,
    assumesSuccess: false,
    evaluate: (sample) => {
      const text = sample.text('body');
      if (typeof text !== 'string') return text;
      if (text === '') return RESPONSE_WAS_NULL;
      const document = sample.json(text);
      if (document === undefined) return unknownText('its body is not JSON');
      const failure = failureOf(document);
      if (assertion.isInverted)
        return failure === null ? { failed: true, message: invertedText(assertion) } : NO_TEXT;
      return failure === null ? NO_TEXT : { failed: true, message: failure };
    },
  };
}

/** JMeter sets an empty text, which hides the texts of later assertions in the samples. */
const NO_TEXT = { failed: false, message: '' };

function emptinessOf(value: Value, path: Path, { path: written, text }: JsonAssertion): string | null {
  if (!isList(value) || value.length > 0 || isDefinite(path)) return null;
  return `JSONPath '${written}' is indefinite and the extracted Value is an empty Array. Please use an assertion value, to be sure to get a correct result. Expected value was '${text}'`;
}

/** Tests the value or, if the value is an array, also each of its elements. */
function mismatchOf(
  value: Value,
  isExpected: ValueTest,
  { acceptsNull, isRegex }: ExpectedValue,
  { path, text }: JsonAssertion,
): string | null {
  if (isList(value)) {
    if (value.length === 0 && text === '[]') return null;
    if (value.some(isExpected)) return null;
  }
  if (isExpected(value)) return null;
  const where = `Value in json path '${path}' expected to`;
  if (acceptsNull) return `${where} be null, but found '${javaText(value)}'`;
  const found = shownText(value);
  return isRegex
    ? `${where} match regexp '${text}', but it did not match: '${found}'`
    : `${where} be '${text}', but found '${found}'`;
}

function valueTest({ expected, text }: JsonAssertion, budget: StepBudget): ValueTest {
  if (expected === null) return () => true;
  const equals = expected.isRegex ? matchesRegex(text, budget) : equalsJson(text);
  return (value) => (expected.acceptsNull && value === null) || equals(value);
}

function matchesRegex(text: string, budget: StepBudget): ValueTest {
  const regex = new Regex(text, budget);
  return (value) => regex.isWhole(shownText(value));
}

function equalsJson(text: string): ValueTest {
  const wanted = parseValue(text);
  return (value) => wanted !== undefined && areEqual(wanted, value);
}

function invertedText({ expected, path, text }: JsonAssertion): string {
  if (expected === null) return `Failed that JSONPath not exists: ${path}`;
  return `Failed that JSONPath ${path} not matches ${expected.acceptsNull ? 'null' : text}`;
}

/** Source: JSONPathAssertion.java, objectToString. */
function shownText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof JavaNumber) return plainText(value);
  return jsonText(value instanceof Map ? inHashOrder(value) : value);
}
