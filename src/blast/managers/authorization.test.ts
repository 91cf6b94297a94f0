import { expect, it } from 'vitest';
import { authorizationFor } from './authorization.ts';

const authorization = (url: string) => ({ url, user: 'u', password: 'p' });

it.each([
  ['http://h/a', 'http://h/a', true],
  ['http://h/ab?c', 'http://h/a', true],
  ['http://h/a?c', 'http://h/a?c', false],
  ['http://h', 'http://h/', true],
  ['http://h/a', 'http://h:80/a', true],
  ['http://h:80/a', 'http://h/a', true],
  ['https://h:443/a', 'https://h/a', true],
  ['http://h:81/a', 'http://h/a', false],
  ['http://h//a//b', 'http://h/a/b', true],
  ['http://h/%c3%a9', 'http://h/é', true],
  ['http://h/A', 'http://h/a', false],
  ['http://h/a', '', true],
])('knows whether the URL %s begins with %s', (url, beginning, expected) => {
  expect(authorizationFor(url, [authorization(beginning)])).toBe(expected ? 'Basic dTpw' : null);
});

it('takes the first user of a URL', () => {
  const users = [
    authorization('http://h/b'),
    { ...authorization('http://h/'), user: 'é😀' },
    authorization(''),
  ];
  expect(authorizationFor('http://h/a', users)).toBe(`Basic ${btoa('??:p')}`);
});
