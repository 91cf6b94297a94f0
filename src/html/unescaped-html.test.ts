import { expect, it } from 'vitest';
import { unescapedHtml } from './unescaped-html.ts';

it.each([
  ['&amp;lt;', '&lt;'],
  ['&#65;&#x42;&#X43;', 'ABC'],
  ['&#6f; &AMP; &nope; &amp', '&#6f; &AMP; &nope; &amp'],
  ['&nbsp;&yuml;&Alpha;&diams;', '\u00a0ÿΑ♦'],
  ['&#1114111;&#2147483648;', '\u{10ffff}&#2147483648;'],
])('replaces the HTML escapes of %s', (text, unescaped) => {
  expect(unescapedHtml(text)).toBe(unescaped);
});
