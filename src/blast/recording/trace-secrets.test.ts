import { afterEach, expect, test } from 'vitest';
import { MAX_TRACED_BODY_BYTES } from '../../runs/rows/trace.ts';
import { type Answer, TestBed } from '../testing/test-bed.ts';
import { traceOf } from '../testing/traced.ts';

const bed = new TestBed();
afterEach(() => bed.cleanUp());

type Secret = { readonly headers: Record<string, string> } | { readonly path: string };

async function bodyAfter(answer: Answer, secret: Secret): Promise<string | undefined> {
  const [sample] = await traceOf(bed, answer, secret);
  return sample?.received?.body.text;
}

const bodyOf = (body: string, secret: Secret) => bodyAfter((response) => response.end(body), secret);
const key = (value: string) => ({ headers: { 'X-Api-Key': value } });

const CREDENTIALS = 'user:pa"s';
const BASIC = `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`;

test.each([
  ['as JSON with an escaped quotation mark', 'quote"back\\slash', '{"key":"quote\\"back\\\\slash"}'],
  ['as JSON with an escaped slash, as PHP writes it', 'one/two/three', '{"key":"one\\/two\\/three"}'],
  ['as JSON with \\u escapes, as .NET writes it', 'a+b&c"d', '{"key":"a\\u002Bb\\u0026c\\u0022d"}'],
  ['as JSON with a letter that is not ASCII', 'contrase\u00f1a', '{"key":"contrase\\u00f1a"}'],
  ['percent-encoded', 'one+two/three=', '{"key":"one%2Btwo%2fthree%3D"}'],
  ['percent-encoded with plus signs for spaces', 'one two&three', '{"key":"one+two%26three"}'],
  ['percent-encoded in UTF-8', 'contrase\u00f1a', '{"key":"contrase%C3%B1a"}'],
  ['with HTML entities', `one"two'three`, '{"key":"one&quot;two&#39;three"}'],
  ['in Base64', 'secret-value', '{"key":"c2VjcmV0LXZhbHVl"}'],
  ['in Base64 in JSON with escaped slashes', '???secret???', '{"key":"Pz8\\/c2VjcmV0Pz8\\/"}'],
  ['in the URL variant of Base64', '???secret???', '{"key":"Pz8_c2VjcmV0Pz8_"}'],
])('hides a secret that a response repeats %s', async (_, secret, body) => {
  expect(await bodyOf(body, key(secret))).toBe('{"key":"***"}');
});

test.each([
  ['the credentials', `{"key":${JSON.stringify(CREDENTIALS)}}`],
  ['the password', '{"key":"pa\\"s"}'],
  ['the encoded credentials', `{"key":"${BASIC.slice('Basic '.length)}"}`],
])('hides %s of Basic authentication', async (_, body) => {
  expect(await bodyOf(body, { headers: { Authorization: BASIC } })).toBe('{"key":"***"}');
});

test('hides the decoded value of a secret URL parameter', async () => {
  const path = '/send?token=one%2Ftwo+three';
  expect(await bodyOf('one/two three, one%2Ftwo+three', { path })).toBe('***, ***');
});

test('hides secrets that overlap', async () => {
  const headers = { 'X-Api-Key': 'abcdefgh', 'X-Token': 'efghijkl' };
  expect(await bodyOf('<abcdefghijkl>', { headers })).toBe('<***>');
});

test('does not search a secret of fewer than 4 characters', async () => {
  expect(await bodyOf('a pin 123, MTIz', { headers: { 'X-Pin': '123' } })).toBe('a pin 123, MTIz');
});

test.each([
  ['plain', 'secret-value', 'secret-'],
  ['one character', 'secret-value', 's'],
  ['JSON that is cut inside an escape', 'one"two', 'one\\'],
  ['JSON that is cut inside a \\u escape', 'one"two', 'one\\u00'],
  ['percent-encoding that is cut inside a character', 'contrase\u00f1a', 'contrase%C3%'],
  ['an entity that is cut', 'one"two', 'one&quo'],
  ['Base64', 'secret-value', 'c2VjcmV0L'],
])('hides the beginning of a secret that the limit of a body divides: %s', async (_, secret, beginning) => {
  const padding = '.'.repeat(MAX_TRACED_BODY_BYTES - beginning.length);
  expect(await bodyOf(`${padding}${beginning}and more`, key(secret))).toBe(`${padding}***`);
});

test('hides the beginning of a secret before a character that the limit of a body divides', async () => {
  const padding = '.'.repeat(MAX_TRACED_BODY_BYTES - 'contrase'.length - 1);
  expect(await bodyOf(`${padding}contrase\u00f1a`, key('contrase\u00f1a'))).toBe(`${padding}***`);
});

test('hides the beginning of a secret at which a response breaks off', async () => {
  const body = await bodyAfter((response) => {
    response.writeHead(500, { 'Content-Length': '100' });
    response.write('key: secret-v', () => response.destroy());
  }, key('secret-value'));
  expect(body).toBe('key: ***');
});

test('shows the end of a complete body with which a secret also begins', async () => {
  expect(await bodyOf('no secret', key('secret-value'))).toBe('no secret');
});
