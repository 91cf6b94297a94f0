import { expect, it } from 'vitest';
import type { Cookie } from '../../plan/managers/managers.ts';
import { CookieJar } from './cookie-jar.ts';

const NOW = Date.UTC(2026, 0, 1);
const URL_OF_PATH = 'http://shop.example/a/b?q=1';

/** Returns the header Cookie after a response has set these cookies. */
function afterSetting(setCookies: readonly string[], to = URL_OF_PATH, initial: readonly Cookie[] = []) {
  const jar = new CookieJar(initial);
  for (const each of setCookies) jar.store(each, URL_OF_PATH, NOW);
  return jar.headerFor(to);
}

it.each([
  [['a=1', 'b=2', 'a=3'], 'b=2; a=3'],
  [['a=1; path=/', 'b=2', 'c=3; path=/a/b'], 'c=3; b=2; a=1'],
  [['a="x y"', 'b=p,q', 'c=p"q', 'd="e"'], 'a="x y"; b="p,q"; c=pq; d=e'],
  [['a=1', 'a='], null],
  [['a', '=1', 'a;path=/'], null],
  [['a=1; Secure', 'b=2; HttpOnly'], 'b=2'],
  [['a=1; Domain=example', 'b=2; Domain=other', 'c=3; Domain=.shop.example'], 'a=1; c=3'],
  [['a=1; Max-Age=10; Expires=never', 'b=2; Expires=never'], 'a=1'],
  [['a=1', 'a=1; Max-Age=0', 'b=1', 'b=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT'], null],
  [['a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], 'a=1'],
])('after %j, sends %s', (setCookies, expected) => {
  expect(afterSetting(setCookies)).toBe(expected);
});

it.each([
  ['http://shop.example/a', 'a=1'],
  ['http://shop.example/a/', 'a=1'],
  ['http://shop.example/ab', null],
  ['http://shop.example:81/a/c', 'a=1'],
  ['http://www.shop.example/a', null],
  ['https://SHOP.example/a', 'a=1; b=2'],
])('sends to %s the cookies %s', (to, expected) => {
  expect(afterSetting(['a=1', 'b=2; Secure'], to)).toBe(expected);
});

it('sends a cookie after its end, as JMeter does', () => {
  const jar = new CookieJar([]);
  jar.store('a=1; Max-Age=1', URL_OF_PATH, Date.now() - 5000);
  expect(jar.headerFor(URL_OF_PATH)).toBe('a=1');
});

it('forgets all cookies but the initial ones', () => {
  const initial = {
    name: 'i',
    value: '1',
    domain: 'shop.example',
    path: '/',
    secure: false,
    forSubdomains: false,
  };
  const jar = new CookieJar([initial]);
  jar.store('a=1', URL_OF_PATH, NOW);
  jar.store('i=2; path=/', URL_OF_PATH, NOW);
  expect(jar.headerFor(URL_OF_PATH)).toBe('a=1; i=2');
  jar.forget();
  expect(jar.headerFor(URL_OF_PATH)).toBe('i=1');
});

it('keeps only a limited number of characters', () => {
  const jar = new CookieJar([]);
  for (let index = 0; index < 100_000; index++) jar.store(`a${index}=${'x'.repeat(100)}`, URL_OF_PATH, NOW);
  expect(jar.isTooFull).toBe(true);
  expect(jar.headerFor(URL_OF_PATH)?.length).toBeLessThan(300_000);
  jar.forget();
  expect(jar.isTooFull).toBe(false);
});
