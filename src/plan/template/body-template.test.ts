import { describe, expect, it } from 'vitest';
import { MessageReader } from '../../message/reading/read.ts';
import { jsonTemplate, messageWriter } from './body-template.ts';
import { filler } from './fill.ts';
import { parseTemplate } from './template.ts';

const identity = { run: 'r', group: 1, thread: 4, loop: 2, request: 1 };

describe('a body', () => {
  it('is filled in for each message, as numbers and inside strings', () => {
    const write = messageWriter(
      jsonTemplate('{"z": ${thread}, "a": "l${loop}-${run}", "n": [${now}], "u": "${uuid}"}'),
    );
    const body = JSON.parse(write(identity, 1700000000000.75));
    expect(body).toMatchObject({ z: 4, a: 'l2-r', n: [1700000000000], qbl: { thread: 4, loop: 2 } });
    expect(body.u).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it('uses one UUID in all places of a message', () => {
    const body = JSON.parse(filler(parseTemplate('["${uuid}", "${uuid}"]'))(identity, 0));
    expect(body[0]).toBe(body[1]);
  });

  it('carries a sum that a reader finds intact', () => {
    const template = jsonTemplate(
      '{"b": {"d": 1.50, "c": "\\u00ed \\"${thread}\\" \\\\ ${uuid}"}, "a": ${loop}, "e": {}}',
    );
    const value = Buffer.from(messageWriter(template)(identity, 1.5));
    const read = new MessageReader(new Map([['r', { of: () => template, all: () => [template] }]])).read(
      value,
    );
    expect(read).toEqual({ kind: 'message', condition: 'intact', run: 'r', identity, sentAtMs: 1.5 });
  });

  it.each(['{}', '{ }', '{\n}\n'])('may be an empty object, %j', (body) => {
    expect(JSON.parse(messageWriter(jsonTemplate(body))(identity, 1)).qbl.run).toBe('r');
  });

  it.each([
    '{"b": 1.0, "a":[ 1e3, -0 ], "b":2, "t":"\\u00ed\\/" }\n',
    '{"z":${thread},"a":"l${loop}-${loop}${run}","u":"${uuid} ${uuid}", "n":[${now}]}',
    `{"a":${'['.repeat(3_000)}${']'.repeat(3_000)}}`,
  ])('is sent as written, with one more key: %.60s', (body) => {
    const template = jsonTemplate(body);
    const value = messageWriter(template)(identity, 1.5);
    const qbl = /,"qbl":\{[^}]*\}/;
    const values = {
      thread: '4',
      loop: '2',
      run: 'r',
      now: '1',
      uuid: /"u":"([^ ]*)/.exec(value)?.[1] ?? '',
    };
    const expected = Object.entries(values).reduce(
      (text, [name, each]) => text.replaceAll(`\${${name}}`, each),
      body,
    );
    expect(value.replace(qbl, '')).toBe(expected);
    for (const addCanonical of [template.addCanonical, undefined]) {
      const { shape } = template;
      const known = addCanonical === undefined ? { shape } : { shape, addCanonical };
      const reader = new MessageReader(new Map([['r', { of: () => known, all: () => [known] }]]));
      expect(reader.read(Buffer.from(value))).toMatchObject({ condition: 'intact', identity });
      const damaged = Buffer.from(value.replace(':', ':9'));
      expect(reader.read(damaged)).toMatchObject({ kind: expect.stringMatching(/message|corrupt/) });
    }
  });
});
