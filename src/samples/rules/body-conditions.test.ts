import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../message/json/json.ts';
import { parsePointer } from '../../message/json/pointer.ts';
import { jsonBody, MAX_RULE_BODY_BYTES } from './json-body.ts';
import type { Condition, JsonValue, ResponseRule } from './rule.ts';
import { outcomeBy } from './testing/outcome-by.ts';

const is = (...oneOf: JsonValue[]): Condition<JsonValue> => ({ oneOf });

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
