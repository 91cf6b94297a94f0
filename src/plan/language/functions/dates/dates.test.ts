import { describe, expect, it } from 'vitest';
import { convertedDate, shiftedTime } from './date-functions.ts';
import { parseDatePattern } from './date-pattern.ts';
import { formatDate } from './format-date.ts';
import { localTimeAt } from './local-time.ts';

/** 5 September 2026, 00:04:05.123 and 456 microseconds, with an offset of 2 hours. Each text is from Java 17. */
const TIME = localTimeAt(Date.UTC(2026, 8, 4, 22, 4, 5, 123) + 0.456, 120);

const format = (pattern: string, time = TIME) => formatDate(parseDatePattern(pattern), time);

describe('a date pattern', () => {
  it.each([
    ['y yy yyy yyyy yyyyy u uu', '2026 26 2026 2026 02026 2026 26'],
    ['M MM MMM MMMM MMMMM L LLL', '9 09 Sep September S 9 Sep'],
    ['d dd D DDD E EEEE EEEEE', '5 05 248 248 Sat Saturday S'],
    ['a h hh K KK k kk H HH m mm s ss', 'AM 12 12 0 00 24 24 0 00 4 04 5 05'],
    ['S SSS SSSSSS SSSSSSSSS n A AA N', '1 123 123456 123456000 123456000 245123 245123 245123456000'],
    ['Q QQ QQQ QQQQ QQQQQ G GGGG GGGGG', '3 03 Q3 3rd quarter 3 AD Anno Domini A'],
    ['X XX XXX XXXX XXXXX', '+02 +0200 +02:00 +0200 +02:00'],
    ['x xx xxx xxxx xxxxx', '+02 +0200 +02:00 +0200 +02:00'],
    ['Z ZZZ ZZZZ ZZZZZ O OOOO', '+0200 +0200 GMT+02:00 +02:00 GMT+2 GMT+02:00'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '2026-09-05T00:04:05.123+02:00'],
    ["''yy 'o''clock' '' äß", "'26 o'clock ' äß"],
    ['', ''],
  ])('writes a time as Java: %s', (pattern, text) => {
    expect(format(pattern)).toBe(text);
  });

  it.each([
    [0, 'Z Z Z +00 +0000 +00:00 +0000 GMT Z GMT'],
    [-330, '-0530 -0530 -05:30 -0530 -0530 -05:30 -0530 GMT-05:30 -05:30 GMT-5:30'],
  ])('writes an offset of %i minutes as Java', (minutes, text) => {
    expect(format('X XX XXX x xx xxx Z ZZZZ ZZZZZ O', localTimeAt(0, minutes))).toBe(text);
  });

  it('writes a year with more than four digits as Java', () => {
    expect(format('y yy yyyy', localTimeAt(Date.UTC(12_026, 0), 0))).toBe('12026 26 +12026');
  });

  it.each([
    ['YYYY', 'the letter Y'],
    ['z', 'the letter z'],
    ['ddd', 'ddd in the date pattern'],
    ['OO', 'OO in the date pattern'],
    ["yyyy 'T", "a ' without a second '"],
    ["'a''", "a ' without a second '"],
    ['[yyyy]', 'the character ['],
  ])('is refused if qbl cannot write it as Java: %s', (pattern, message) => {
    expect(() => format(pattern)).toThrow(message);
  });
});

/** 1 December 2026. */
const NOW = Date.UTC(2026, 11, 1, 12);
const shift = (pattern: string, date: string, amount = '') =>
  shiftedTime({ pattern, date, amount, locale: '' }, NOW);

describe('a date in a text', () => {
  it.each([
    ['dd/MM/yyyy', '21/01/2018', 'P2D', '23/01/2018'],
    ['yyyyMMddHHmmss', '20260228235959', 'PT1S', '20260301000000'],
    ['d.M.y', '3.4.2026', '-P1D', '2.4.2026'],
    ['dd MMM yy', '03 Apr 26', 'P1DT24H', '05 Apr 26'],
    ['EEEE d MMMM yyyy', 'Friday 3 April 2026', 'PT36H', 'Saturday 4 April 2026'],
    ['HH:mm', '23:30', 'PT45M', '00:15'],
    ['MM-dd', '02-31', '', '02-28'],
    ['yyyy-MM-dd HH', '2026-01-01 24', '', '2026-01-02 00'],
    ["yyyy-MM-dd'T'HH:mmXXX", '2026-01-01T00:30+05:30', 'PT1H', '2026-01-01T01:30+05:30'],
    ['yyyy-MM-dd HH:mm Z', '2026-01-01 00:30 -0100', '', '2026-01-01 00:30 -0100'],
  ])('is read and shifted as in JMeter: %s %s %s', (pattern, date, amount, text) => {
    expect(shift(pattern, date, amount)).toBe(text);
  });

  it.each([
    ['yyyy-MM-dd', '2026-13-01'],
    ['yyyy-MM-dd', '2026-12-01x'],
    ['yyyy-MM-dd', '26-12-01'],
    ['EEE d MMM yyyy', 'Mon 2 Jan 2026'],
    ['yyyy-MM-dd HH:mm', '2026-01-01 24:01'],
    ['yyyy-MM-dd XXX', '2026-01-01 +01:75'],
  ])('is the time of the call if JMeter cannot read it: %s %s', (pattern, date) => {
    expect(shift(pattern, date)).toBe(shift(pattern, ''));
  });

  it.each([
    ['2026-03-04 05:06:07', 'yyyy-MM-dd HH:mm:ss', 'd.M.yy h:mm a', '4.3.26 5:06 AM'],
    ['2026-03-04', 'yyyy-MM-dd', 'EEE', 'Wed'],
    ['2026-03-04', 'uuuu-MM-dd', 'D', '63'],
  ])('is converted as in JMeter: %s', (date, from, to, text) => {
    expect(convertedDate(date, from, to)).toBe(text);
  });

  it.each([
    ['yyyy-MM-dd', 'HH', 'the source pattern has no value for the letter H'],
    ['yyyy-MM-dd HH', 'XXX', 'the source pattern has no value for the letter X'],
    ['yyyy-MM', 'MM', 'expected a source pattern with year, month and day'],
    ['yyyy-MM-dd dd', 'MM', 'two parts for the day'],
    ['yyyy-MM-dd K', 'MM', 'dates with K in the pattern cannot be read'],
  ])('is not converted if qbl does not know what JMeter writes: %s %s', (from, to, message) => {
    expect(() => convertedDate('x', from, to)).toThrow(message);
  });
});
