import { describe, expect, it } from 'vitest';
import { Regex, TooManySteps } from './regex.ts';
import { RegexError } from './syntax.ts';

const isIn = (pattern: string, text: string) => new Regex(pattern).isIn(text);
const isWhole = (pattern: string, text: string) => new Regex(pattern).isWhole(text);

describe('Regex', () => {
  it('finds a match anywhere in a text', () => {
    expect(isIn('"status":\\s*"ok"', '{"status": "ok"}')).toBe(true);
    expect(isIn('^2..$', '1201')).toBe(false);
    expect(isIn('(?i)NIÑO', 'el niño')).toBe(true);
    expect(isIn('[^a-z\\d]', 'abc123')).toBe(false);
  });

  it('matches a whole text only if Perl would find this match first', () => {
    expect(isWhole('foot|foo', 'foot')).toBe(true);
    expect(isWhole('foo|foot', 'foot')).toBe(false);
    expect(isWhole('a.*?', 'abc')).toBe(false);
    expect(isWhole('.*', 'two\nlines')).toBe(false);
    expect(isWhole('(?s).*', 'two\nlines')).toBe(true);
  });

  it('accepts a line feed at the end after $', () => {
    expect(isIn('b$', 'ab\n')).toBe(true);
    expect(isIn('b$', 'ab\n\n')).toBe(false);
    expect(isIn('(?m)b$', 'ab\nc')).toBe(true);
  });

  it.each(['(a+)+$', '(a|aa)+$', '(.*)*(.*)*x', '(a*)*(a*)*b'])('matches a long text with %s', (pattern) => {
    expect(isIn(pattern, `${'a'.repeat(50_000)}!`)).toBe(false);
  });

  it('stops at a text that needs too many steps', () => {
    let [seed, text] = [1, ''];
    while (text.length < 500_000) {
      seed = (seed * 48_271) % 0x7fffffff;
      text += seed.toString(2);
    }
    expect(() => isIn('(?:1|0)*1(?:1|0){200}x', text)).toThrow(TooManySteps);
  });

  it.each([
    ['(', 'a group has no closing parenthesis'],
    [')', 'a closing parenthesis has no opening one'],
    ['*', 'a quantifier follows nothing'],
    ['a**', 'a quantifier follows another quantifier'],
    ['[a', 'a set has no closing bracket'],
    ['[b-a]', 'a range in brackets begins after its end'],
    ['[[:alpha:]]', 'a named set such as [:alpha:] is not supported'],
    ['(a)\\1', '\\1 is not supported'],
    ['(?=a)', 'the group (?= is not supported'],
    ['(?x)a', 'the flag (?x) is not supported'],
    ['a{2,1}', '{2,1} is not a range'],
    ['a{5000}', '{5000} repeats more than 1000 times'],
    ['(?:a{100}){100}', 'the regular expression is too long'],
    ['\\', 'a backslash is the last character'],
  ])('refuses %s', (pattern, message) => {
    expect(() => new Regex(pattern)).toThrow(new RegexError(message));
  });
});
