import { describe, expect, it } from 'vitest';
import { Regex } from './regex.ts';
import { StepBudget, TooManySteps } from './step-budget.ts';
import { RegexError } from './syntax.ts';

const isIn = (pattern: string, text: string) => new Regex(pattern, new StepBudget()).isIn(text);
const isWhole = (pattern: string, text: string) => new Regex(pattern, new StepBudget()).isWhole(text);

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

  const randomBits = (length: number) => {
    let [seed, text] = [1, ''];
    while (text.length < length) {
      seed = (seed * 48_271) % 0x7fffffff;
      text += seed.toString(2);
    }
    return text;
  };

  it('counts the steps for all texts of a sample together', () => {
    const budget = new StepBudget();
    const regex = new Regex('(?:1|0)*1(?:1|0){200}x', budget);
    const bits = randomBits(500_000);
    const texts = Array.from({ length: 500 }, (_, index) => bits.slice(index * 1000, (index + 1) * 1000));
    expect(() => texts.map((text) => regex.isWhole(text))).toThrow(TooManySteps);
    budget.renew();
    expect(regex.isWhole('101')).toBe(false);
  });

  it('stops at a text that needs too many steps', () => {
    const text = randomBits(500_000);
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
    ['(((){1000}){1000}){1000}', 'the regular expression is too long'],
    ['\\', 'a backslash is the last character'],
  ])('refuses %s', (pattern, message) => {
    expect(() => new Regex(pattern, new StepBudget())).toThrow(new RegexError(message));
  });

  const find = (pattern: string, text: string, most = 10) =>
    new Regex(pattern, new StepBudget(), 'find').find(text, most);

  it.each([
    [
      '"(.*?)"',
      '"a" "b"',
      [
        ['"a"', 'a'],
        ['"b"', 'b'],
      ],
    ],
    ['"(.*)"', '"a" "b"', [['"a" "b"', 'a" "b']]],
    [
      '(a)|(b)',
      'ba',
      [
        ['b', null, 'b'],
        ['a', 'a', null],
      ],
    ],
    ['(?:(a)|b)+', 'ab', [['ab', 'a']]],
    [
      '(.*)',
      'ab\nc',
      [
        ['ab', 'ab'],
        ['c', 'c'],
      ],
    ],
    ['a*', 'ab', [['a'], ['']]],
    ['^(.)', 'ab', [['a', 'a']]],
    [
      '(?m)^(.)',
      'ab\nc',
      [
        ['a', 'a'],
        ['c', 'c'],
      ],
    ],
    [
      '\\b(\\w)',
      'ab cd',
      [
        ['a', 'a'],
        ['c', 'c'],
      ],
    ],
    ['x(y)?', 'x', [['x', null]]],
    ['x', 'abc', []],
  ])('finds the matches of %s in %j as ORO does', (pattern, text, matches) => {
    expect(find(pattern, text)).toEqual(matches);
  });

  it('stops after the wanted number of matches', () => {
    expect(find('.', 'abc', 2)).toEqual([['a'], ['b']]);
  });

  it('finds a match at the end of a long text', () => {
    expect(find('id=(\\d+);', `${'id=1 '.repeat(100_000)}id=2;`)).toEqual([['id=2;', '2']]);
  });

  it.each([
    ['(a*)*', 'a repeated group that can match an empty text is not supported here'],
    ['(.+:)+?', 'a repetition in a repeated group is not supported here'],
  ])('does not look for the groups of %s', (pattern, message) => {
    expect(() => find(pattern, 'a')).toThrow(new RegexError(message));
    expect(isIn(pattern, 'a:')).toBe(true);
  });
});
