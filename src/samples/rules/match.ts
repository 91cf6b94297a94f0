import type { Json } from '../../message/json/json.ts';
import { type JsonPointer, parsePointer, pointedAt } from '../../message/json/pointer.ts';
import type { JsonBody } from './json-body.ts';
import { equality } from './json-value.ts';
import type { Condition, JsonValue, ResponseRule, StatusRange } from './rule.ts';

export interface CompleteResponse {
  readonly status: number;
  /** All values of a header, in their order. The name is in lower case. Null if the headers are not known. */
  header(name: string): readonly string[] | null;
  /** Returns the body. Called only if a rule depends on the body. */
  json(): JsonBody;
}

/**
 * Whether a response matches a rule. `unknown` if the answer depends on something that is not known, or on a repeated
 * name in the body.
 */
export type Match = 'yes' | 'no' | 'unknown';
export type Matcher = (response: CompleteResponse) => Match;

export function matchesAny(rules: readonly ResponseRule[]): Matcher {
  return combined(rules.map(matchesAll), 'yes');
}

/** Whether a response matches all parts of a rule. The body is checked last, because that costs most. */
function matchesAll({ status, header = {}, json = {} }: ResponseRule): Matcher {
  const parts = [
    ...(status === undefined ? [] : [hasStatus(status)]),
    ...Object.entries(header).map(([name, condition]) => hasHeader(name.toLowerCase(), condition)),
    ...Object.entries(json).map(([pointer, condition]) => hasJson(parsePointer(pointer) ?? [], condition)),
  ];
  return combined(parts, 'no');
}

/**
 * Combines the results of several matchers: with "or" if `decisive` is `yes`, with "and" if `decisive` is `no`. As soon
 * as one matcher has the decisive result, that is the combined result, even if other results are unknown.
 */
function combined(matchers: readonly Matcher[], decisive: 'yes' | 'no'): Matcher {
  return (response) => {
    let found: Match = decisive === 'yes' ? 'no' : 'yes';
    for (const matcher of matchers) {
      const match = matcher(response);
      if (match === decisive) return decisive;
      if (match === 'unknown') found = 'unknown';
    }
    return found;
  };
}

function hasStatus(ranges: readonly StatusRange[]): Matcher {
  return ({ status }) => yesIf(ranges.some(({ from, to }) => from <= status && status <= to));
}

/**
 * Whether a response has a header with a matching value. If the header is repeated, one matching value is
 * enough.
 */
function hasHeader(name: string, condition: Condition<string>): Matcher {
  return (response) => {
    const values = response.header(name);
    if (values === null) return 'unknown';
    if ('present' in condition) return yesIf(values.length > 0 === condition.present);
    return yesIf(values.some((value) => condition.oneOf.includes(value)));
  };
}

/**
 * A body that is not JSON matches no condition, not even the condition that a value is missing. If an object in the
 * value, or on the path to it, has a name twice, the result is unknown, because parsers do not agree on the value.
 */
function hasJson(pointer: JsonPointer, condition: Condition<JsonValue>): Matcher {
  return (response) => {
    const body = response.json();
    if (body.kind === 'unread') return 'unknown';
    if (body.kind === 'malformed') return 'no';
    const pointed = pointedAt(body.value, pointer);
    if (pointed.kind === 'repeated') return 'unknown';
    if ('present' in condition) return yesIf((pointed.kind === 'value') === condition.present);
    return pointed.kind === 'value' ? isOneOf(pointed.value, condition.oneOf) : 'no';
  };
}

function isOneOf(value: Json, expected: readonly JsonValue[]): Match {
  const found = expected.map((each) => equality(value, each));
  if (found.includes('yes')) return 'yes';
  return found.includes('unknown') ? 'unknown' : 'no';
}

function yesIf(matches: boolean): Match {
  return matches ? 'yes' : 'no';
}
