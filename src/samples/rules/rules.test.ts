import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../message/json/json.ts';
import { parsePointer } from '../../message/json/pointer.ts';
import type { Answered, Outcome } from '../outcome.ts';
import { deciderOf } from './decide.ts';
import { jsonBody, MAX_RULE_BODY_BYTES } from './json-body.ts';
import type { Condition, JsonValue, OutcomeRules, ResponseRule } from './rule.ts';

interface Given {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The body of the response. Null if it could not be read. */
  readonly body?: string | null;
}

function outcomeBy(rules: OutcomeRules, { status, reason = 'OK', headers = [], body = '' }: Given): Outcome {
  const answered: Answered = {
    responseCode: String(status),
    responseMessage: reason,
    success: status >= 200 && status <= 399,
  };
  const bytes = Buffer.from(body ?? '');
  return deciderOf(rules).decide(answered, {
    status,
    header: (name) => headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value),
    json: () => jsonBody(bytes, body === null ? MAX_RULE_BODY_BYTES + 1 : bytes.length, []),
  });
}

const is = (...oneOf: JsonValue[]): Condition<JsonValue> => ({ oneOf });
const OK = [{ from: 200, to: 299 }];

describe('the lists of rules', () => {
  const error: OutcomeRules = { rejected: [{ json: { '/error': { present: true } } }] };
  const offset: OutcomeRules = { acked: [{ status: OK, json: { '/offset': { present: true } } }] };

  it('a rejected rule is an exception to an acked one', () => {
    const both = { acked: [{ status: OK }], ...error };
    expect(outcomeBy(both, { status: 200, body: '{"error": "full"}' })).toBe('rejected');
    expect(outcomeBy(both, { status: 200, body: '{}' })).toBe('acked');
    expect(outcomeBy(both, { status: 302, body: '{}' })).toBe('indeterminate');
  });

  it('without acked rules a status of 200 to 299 is acked, and a list of rejected replaces its default', () => {
    expect(outcomeBy(error, { status: 200, body: '{"error": "full"}' })).toBe('rejected');
    expect(outcomeBy(error, { status: 202, body: 'OK' })).toBe('acked');
    expect(outcomeBy(error, { status: 400, body: '{}' })).toBe('indeterminate');
    expect(outcomeBy(error, { status: 301 })).toBe('indeterminate');
  });

  it('without rejected rules a status such as 400 is rejected, unless an acked rule matches', () => {
    expect(outcomeBy(offset, { status: 200, body: '{"offset": 3}' })).toBe('acked');
    expect(outcomeBy(offset, { status: 200, body: '{}' })).toBe('indeterminate');
    expect(outcomeBy(offset, { status: 400, body: '{"offset": 3}' })).toBe('rejected');
    expect(outcomeBy({ acked: [{ status: [{ from: 400, to: 400 }] }] }, { status: 400 })).toBe('acked');
  });

  it('503 Not Enqueued stays rejected, and so does a request that never reached the server', () => {
    const acked = { acked: [{ status: [{ from: 200, to: 599 }] }] };
    expect(outcomeBy(acked, { status: 503, reason: 'Not Enqueued' })).toBe('rejected');
    expect(outcomeBy(acked, { status: 503 })).toBe('acked');
    const ofFailure = (exception: string) =>
      deciderOf(acked).decide(
        { responseCode: `Non HTTP response code: ${exception}`, responseMessage: '', success: false },
        { status: 200, header: () => [], json: () => ({ kind: 'malformed' }) },
      );
    expect(ofFailure('org.apache.http.conn.HttpHostConnectException')).toBe('rejected');
    expect(ofFailure('org.apache.http.ConnectionClosedException')).toBe('indeterminate');
  });

  it('a body that could not be read leaves open what depends on it, and nothing else', () => {
    expect(outcomeBy(error, { status: 200, body: null })).toBe('indeterminate');
    expect(outcomeBy(offset, { status: 200, body: null })).toBe('indeterminate');
    expect(outcomeBy(offset, { status: 400, body: null })).toBe('rejected');
    expect(outcomeBy({ acked: [...(offset.acked ?? []), { status: OK }] }, { status: 200, body: null })).toBe(
      'acked',
    );
  });
});

describe('conditions on a body', () => {
  const matches = (json: ResponseRule['json'], body: string) =>
    outcomeBy({ acked: [{ json: json ?? {} }] }, { status: 200, body }) === 'acked';

  it('find values by JSON pointers', () => {
    // The examples of RFC 6901, section 5.
    const body =
      '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8,"~1":9}';
    const found: Record<string, JsonValue> = {
      '/foo': ['bar', 'baz'],
      '/foo/0': 'bar',
      '/': 0,
      '/a~1b': 1,
      '/c%d': 2,
      '/e^f': 3,
      '/g|h': 4,
      '/i\\j': 5,
      '/k"l': 6,
      '/ ': 7,
      '/m~0n': 8,
      '/~01': 9,
    };
    for (const [pointer, value] of Object.entries(found))
      expect(matches({ [pointer]: is(value) }, body), pointer).toBe(true);
    for (const pointer of [
      '/foo/2',
      '/foo/00',
      '/foo/-',
      '/foo/length',
      '/bar',
      '/foo/0/0',
      '/__proto__',
      '/constructor',
    ])
      expect(matches({ [pointer]: { present: false } }, body), pointer).toBe(true);
    expect(matches({ '/__proto__': is(1) }, '{"__proto__": 1}')).toBe(true);
  });

  it('only the pointers of the RFC are pointers', () => {
    for (const pointer of ['', '/', '/a/0', '/~0~1', '/\n'])
      expect(parsePointer(pointer), pointer).not.toBeNull();
    for (const text of ['a', 'a/b', '/~', '/~2', '#/a', '$.a']) expect(parsePointer(text), text).toBeNull();
  });

  it('null is there, and a body that is not JSON matches nothing', () => {
    expect(matches({ '/error': { present: true } }, '{"error": null}')).toBe(true);
    expect(matches({ '/error': is(null) }, '{"error": null}')).toBe(true);
    expect(matches({ '/error': is(null) }, '{}')).toBe(false);
    for (const body of ['', 'OK', '{"error"', '\xff', "{'a': 1}"])
      expect(matches({ '/error': { present: false } }, body), body).toBe(false);
  });

  it('a list is not the object with the same names', () => {
    expect(matches({ '/list': is({}) }, '{"list": []}')).toBe(false);
    expect(matches({ '/object': is([]) }, '{"object": {}}')).toBe(false);
    expect(matches({ '/object': is(['a']) }, '{"object": {"0": "a"}}')).toBe(false);
  });

  it('a hostile body never throws', () => {
    const deep = '['.repeat(400_000);
    expect(matches({ '/0/0/0': { present: true } }, deep + ']'.repeat(400_000))).toBe(true);
    expect(matches({ '': is([[]]) }, deep + ']'.repeat(400_000))).toBe(false);
    expect(matches({ '': { present: true } }, deep)).toBe(false);
    expect(matches({ '/n': is(1) }, `{"n": ${'9'.repeat(900_000)}}`)).toBe(false);
  });

  it('a repeated name makes unknown what depends on it, and nothing else', () => {
    const rules = { acked: [{ json: { '/ok': is(true) } }], rejected: [{ json: { '/ok': is(false) } }] };
    const outcomeOf = (body: string) => outcomeBy(rules, { status: 200, body });
    expect(outcomeOf('{"ok": true}')).toBe('acked');
    for (const body of [
      '{"ok": false, "ok": true}',
      '{"ok": true, "ok": false}',
      '{"ok": true, "ok": true}',
      '{"ok": true, "o\\u006b": 1}',
    ])
      expect(outcomeOf(body), body).toBe('indeterminate');
    expect(outcomeOf('{"other": 1, "other": 2, "ok": true}')).toBe('acked');
    const certain = (json: ResponseRule['json'], body: string) =>
      outcomeBy({ rejected: [{ json: json ?? {} }] }, { status: 200, body });
    expect(certain({ '/a/b': { present: true } }, '{"a": {"b": 1}, "a": {}}')).toBe('indeterminate');
    expect(certain({ '/a/b': { present: false } }, '{"a": {"b": 1}, "a": {}}')).toBe('indeterminate');
    expect(certain({ '/a/b': { present: false } }, '{"a": {"c": 1, "c": 2}}')).toBe('rejected');
    expect(certain({ '/a/b': is(1), '/d': is(1) }, '{"a": {"b": 1}, "a": {}, "d": 2}')).toBe('acked');
  });

  it('a repeated name in a value that is compared makes unknown whether it is equal', () => {
    const found = (body: string) =>
      outcomeBy(
        { acked: [{ json: { '/a': is([1, { b: { c: 1 } }]) } }], rejected: [{ json: { '/z': is(1) } }] },
        { status: 200, body },
      );
    const bare = (body: string) =>
      outcomeBy({ rejected: [{ json: { '': is({ a: 1 }) } }] }, { status: 200, body });
    expect(found('{"a": [1, {"b": {"c": 1}}]}')).toBe('acked');
    expect(found('{"a": [1, {"b": {"c": 1, "c": 2}}]}')).toBe('indeterminate');
    expect(bare('{"a": 1}')).toBe('rejected');
    expect(bare('{"a": 1, "a": 1}')).toBe('indeterminate');
    expect(bare('{"a": 1, "a": 1, "b": 1}')).toBe('acked');
    expect(bare('{"b": 1, "b": 1}')).toBe('acked');
  });

  it('an encoded body is not read, and bytes that are not UTF-8 are not JSON', () => {
    const bytes = Buffer.from('{}');
    expect(jsonBody(bytes, 2, ['gzip'])).toEqual({ kind: 'unread' });
    expect(jsonBody(bytes, 2, ['Identity'])).toEqual({ kind: 'json', value: new JsonObject([]) });
    expect(jsonBody(bytes, 3, [])).toEqual({ kind: 'unread' });
    expect(jsonBody(Buffer.from('"\xff"', 'latin1'), 3, [])).toEqual({ kind: 'malformed' });
  });

  it('a body of 1 MiB is read, and a longer one is not', () => {
    const bytes = Buffer.alloc(MAX_RULE_BODY_BYTES, ' ');
    bytes.write('1');
    expect(MAX_RULE_BODY_BYTES).toBe(2 ** 20);
    expect(jsonBody(bytes, bytes.length, [])).toEqual({ kind: 'json', value: 1 });
    expect(jsonBody(bytes, bytes.length + 1, [])).toEqual({ kind: 'unread' });
    expect(jsonBody(Buffer.concat([bytes, bytes]), bytes.length * 2, [])).toEqual({ kind: 'unread' });
  });
});

it('one value of a header that comes several times is enough, and its name has no case', () => {
  const rules = {
    acked: [{ header: { 'X-ACK': { oneOf: ['yes'] } } }],
    rejected: [{ header: { 'x-ack': { present: false } } }],
  };
  const status = 200;
  expect(
    outcomeBy(rules, {
      status,
      headers: [
        ['x-ack', 'no'],
        ['X-Ack', 'yes'],
      ],
    }),
  ).toBe('acked');
  expect(outcomeBy(rules, { status, headers: [['x-ack', 'Yes']] })).toBe('indeterminate');
  expect(outcomeBy(rules, { status })).toBe('rejected');
});

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
