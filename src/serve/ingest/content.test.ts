import { describe, expect, test } from 'vitest';
import { checkBody, checkHeaders } from './content.ts';

describe('the headers of a message', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8; profile=x',
    'application/vnd.api+json',
    'application/cloudevents+json; charset=UTF-8',
  ])('can contain %s', (contentType) => {
    expect(checkHeaders({ 'content-type': contentType }, 100)).toBeNull();
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'application/jsonp',
    'json',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    'text/plain, application/json',
  ])('cannot contain %s', (contentType) => {
    expect(checkHeaders({ 'content-type': contentType }, 100)?.status).toBe(415);
  });

  test('can name no encoding except identity', () => {
    const json = { 'content-type': 'application/json' };
    expect(checkHeaders({ ...json, 'content-encoding': 'identity' }, 100)).toBeNull();
    expect(checkHeaders({ ...json, 'content-encoding': 'gzip' }, 100)?.status).toBe(415);
  });

  test('can announce at most the allowed length', () => {
    const json = { 'content-type': 'application/json' };
    expect(checkHeaders({ ...json, 'content-length': '100' }, 100)).toBeNull();
    expect(checkHeaders({ ...json, 'content-length': '101' }, 100)?.status).toBe(413);
  });
});

describe('the body of a message', () => {
  test.each(['{}', '[1]', '"text"', 'null', ' {"a": "ñ"} '])('can be %s', (text) => {
    expect(checkBody(Buffer.from(text)).kind).toBe('json');
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['cut', Buffer.from('{"a":')],
    ['text that is not JSON', Buffer.from('hello')],
    ['two values', Buffer.from('{}{}')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['text cut inside a character', Buffer.from('"ñ"').subarray(0, 2)],
    ['only a byte order mark', Buffer.from('\uFEFF')],
    ['JSON after two byte order marks', Buffer.from('\uFEFF\uFEFF{}')],
  ])('cannot be %s', (_name, body) => {
    expect(checkBody(body)).toMatchObject({ kind: 'fault', answer: { status: 400 } });
  });

  test('can begin with a byte order mark', () => {
    expect(checkBody(Buffer.from('\uFEFF{"a":1}'))).toEqual({
      kind: 'json',
      json: { a: 1 },
      text: '{"a":1}',
    });
  });
});
