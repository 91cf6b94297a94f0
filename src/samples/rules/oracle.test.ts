import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../outcome.ts';
import type { Condition, JsonValue, OutcomeRules, ResponseRule } from './rule.ts';
import { type Given, outcomeBy } from './testing/outcome-by.ts';

/**
 * Evaluates the rules a second time, in a simple way. A condition has the value 2 for yes, 1 for unknown and 0 for no.
 * So "and" is the minimum, and "or" is the maximum. A JSON document becomes a table: for each JSON pointer, the
 * canonical text of the value.
 */
describe('the rules and a simple oracle', () => {
  const NAMES = ['a', 'b/c', '~', '0', ''];
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonValue>(null, true, false, 0, -0, 1, 'a', ''),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  const pointer = fc
    .array(fc.constantFrom('a', 'b~1c', '~0', '0', '', '1', '00'), { maxLength: 3 })
    .map((tokens) => tokens.map((token) => `/${token}`).join(''));
  const conditionOn = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<Condition<T>> =>
    fc.oneof(
      fc.array(one, { minLength: 1, maxLength: 3 }).map((oneOf) => ({ oneOf })),
      fc.boolean().map((present) => ({ present })),
    );
  const range = fc
    .tuple(fc.integer({ min: 198, max: 206 }), fc.nat(3))
    .map(([from, more]) => ({ from, to: from + more }));
  const rule: fc.Arbitrary<ResponseRule> = fc.record(
    {
      status: fc.array(range, { minLength: 1, maxLength: 2 }),
      json: fc.dictionary(pointer, conditionOn(value), { minKeys: 1, maxKeys: 2 }),
      header: fc.dictionary(fc.constantFrom('X', 'y'), conditionOn(fc.constantFrom('1', '2')), {
        minKeys: 1,
      }),
    },
    { requiredKeys: [] },
  );
  const list = fc.array(rule, { minLength: 1, maxLength: 3 });
  const rules: fc.Arbitrary<OutcomeRules> = fc.record({ acked: list, rejected: list }, { requiredKeys: [] });
  const given = fc.record({
    status: fc.oneof(fc.integer({ min: 198, max: 206 }), fc.constantFrom(400, 503)),
    headers: fc.array(fc.tuple(fc.constantFrom('x', 'X', 'Y'), fc.constantFrom('1', '2', '3')), {
      maxLength: 3,
    }),
    body: fc.oneof(
      value.map((json) => JSON.stringify(json)),
      fc.constantFrom('no', '', null),
    ),
  });

  const canonical = (json: unknown): string => {
    if (typeof json !== 'object' || json === null) return JSON.stringify(json);
    if (Array.isArray(json)) return `[${json.map(canonical).join()}]`;
    return `{${Object.entries(json)
      .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`)
      .sort()
      .join()}}`;
  };
  function tableOf(json: unknown, at = '', table = new Map<string, string>()): Map<string, string> {
    table.set(at, canonical(json));
    if (typeof json === 'object' && json !== null)
      for (const [name, each] of Object.entries(json))
        tableOf(each, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, table);
    return table;
  }
  function documentOf(text: string): Map<string, string> | null {
    try {
      return tableOf(JSON.parse(text));
    } catch {
      return null;
    }
  }

  const sure = (holds: boolean): number => (holds ? 2 : 0);
  function sureOf(
    { status: ranges, json = {}, header = {} }: ResponseRule,
    { status, headers = [], body }: Given,
  ): number {
    const table = body === null ? null : documentOf(body ?? '');
    const ofJson = ([at, condition]: [string, Condition<JsonValue>]): number => {
      if (body === null) return 1;
      if (table === null) return 0;
      if ('present' in condition) return sure(table.has(at) === condition.present);
      return sure(condition.oneOf.map(canonical).includes(table.get(at) ?? 'none'));
    };
    const ofHeader = ([name, condition]: [string, Condition<string>]): number => {
      const values = headers
        .filter(([each]) => each.toUpperCase() === name.toUpperCase())
        .map(([, text]) => text);
      if ('present' in condition) return sure((values.length !== 0) === condition.present);
      return sure(condition.oneOf.some((text) => values.includes(text)));
    };
    return Math.min(
      ranges === undefined ? 2 : sure(ranges.some(({ from, to }) => status >= from && status <= to)),
      ...Object.entries(json).map(ofJson),
      ...Object.entries(header).map(ofHeader),
    );
  }

  function expected({ acked, rejected }: OutcomeRules, response: Given): Outcome {
    const any = (rules: readonly ResponseRule[]) => Math.max(...rules.map((each) => sureOf(each, response)));
    const no = rejected === undefined ? 0 : any(rejected);
    const yes = acked === undefined ? sure(response.status >= 200 && response.status < 300) : any(acked);
    if (no === 2) return 'rejected';
    if (no === 1) return 'indeterminate';
    if (yes === 2) return 'acked';
    if (yes === 1) return 'indeterminate';
    return rejected === undefined && response.status === 400 ? 'rejected' : 'indeterminate';
  }

  it('give the same outcome', () => {
    fc.assert(
      fc.property(rules, given, (some, response) => {
        expect(outcomeBy(some, response)).toBe(expected(some, response));
      }),
      { numRuns: 2_000 },
    );
  });
});
