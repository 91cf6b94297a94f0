import { ExpressionError } from '../../expression.ts';
import { LONG_BITS, wholeNumber } from '../../java-int.ts';
import { trimmedAsInJava } from '../java-trim.ts';
import { notAbove, randomBelow } from '../numbers/random.ts';
import { parseInt64 } from '../numbers/whole-number.ts';
import { type DatePart, parseDatePattern } from './date-pattern.ts';
import { formatDate } from './format-date.ts';
import { durationMs } from './java-duration.ts';
import { dayOfWeek, daysInMonth, epochMsOf, type LocalTime, localTimeAt } from './local-time.ts';
import { type DateReader, dateReader, type ReadDate } from './read-date.ts';

/** JMeter's functions of dates. `now` is epoch milliseconds with a fraction. */

const DAY_MS = 86_400_000;
/** Letters that a date without a time of day has. */
const DATE_LETTERS = 'GyMLQqDdE';

/** Writes a time in a pattern, in milliseconds, or with `/n` in n milliseconds (TimeFunction.java). */
export function timeText(pattern: string, now: number): string {
  const [, divisor] = /^\/(\d+)$/.exec(pattern) ?? [];
  if (divisor === undefined) return formatDate(parsedPattern(pattern), localTimeAt(now));
  const number = parseInt64(divisor);
  if (number === 0n) throw new ExpressionError('expected a divisor above 0');
  return String(BigInt(Math.floor(now)) / number);
}

const parsed = new Map<string, readonly DatePart[]>();
/** The memory for patterns is limited because a pattern can come from a response. */
const MAX_PATTERNS = 1000;

/** @throws ExpressionError */
function parsedPattern(pattern: string): readonly DatePart[] {
  const known = parsed.get(pattern);
  if (known !== undefined) return known;
  const parts = parseDatePattern(pattern);
  if (parsed.size >= MAX_PATTERNS) parsed.clear();
  parsed.set(pattern, parts);
  return parts;
}

export interface Shift {
  readonly pattern: string;
  readonly date: string;
  readonly amount: string;
  readonly locale: string;
}

/** Shifts a date, or the time of the call if the date is empty or cannot be read (TimeShift.java). */
export function shiftedTime({ pattern, date, amount, locale }: Shift, now: number): string {
  const parts = patternOf(pattern, locale);
  const shift = durationMs(amount) ?? 0;
  const start = date === '' ? null : startOf(parts, date, now);
  const at = (start?.epochMs ?? now) + shift;
  return parts === null ? String(Math.floor(at)) : formatDate(parts, localTimeAt(at, start?.offsetMinutes));
}

/** Checks the parameters that JMeter reads at the start of the test. */
export function checkShift({ pattern, locale, date }: Shift): void {
  const parts = patternOf(pattern, locale);
  if (parts !== null && date !== '') shiftReader(parts);
}

function patternOf(pattern: string, locale: string): readonly DatePart[] | null {
  if (!/^(?:[a-z]{2,3}(?:_[A-Z]{2})?)?$/.test(locale))
    throw new ExpressionError(`the locale ${JSON.stringify(locale)} is not supported`);
  if (pattern === '') return null;
  const parts = parsedPattern(pattern);
  const named = parts.find((part) => 'letter' in part && isNamed(part.letter, part.count));
  if (named !== undefined && !['', 'en', 'en_US'].includes(locale))
    throw new ExpressionError(`names of months or days with the locale ${locale} are not supported`);
  return parts;
}

function isNamed(letter: string, count: number): boolean {
  return 'EaG'.includes(letter) || ('MLQq'.includes(letter) && count > 2);
}

interface Start {
  readonly epochMs: number;
  readonly offsetMinutes?: number | undefined;
}

/** Returns the date in a text. Null if JMeter cannot read the text, so that JMeter takes the time of the call. */
function startOf(parts: readonly DatePart[] | null, text: string, now: number): Start | null {
  if (parts === null) {
    const epochMs = wholeNumber(text, LONG_BITS);
    return epochMs === null ? null : { epochMs: Number(epochMs) };
  }
  const read = shiftReader(parts)(text);
  if (read === null) return null;
  // Without an offset in the text, the pattern writes none either, so each offset gives the same text.
  const { offsetMinutes = 0 } = read;
  const year = localTimeAt(now).year;
  const time = completeTime({ year, month: 1, day: 1, ...read, offsetMinutes });
  return time === null ? null : { epochMs: epochMsOf(time), offsetMinutes };
}

function shiftReader(parts: readonly DatePart[]): DateReader {
  const refused = parts.find((part) => 'letter' in part && 'uS'.includes(part.letter));
  // JMeter's defaults for the era and for the milliseconds conflict with these letters.
  if (refused !== undefined && 'letter' in refused)
    throw new ExpressionError(`a date with the letter ${refused.letter} in its pattern cannot be shifted`);
  return dateReader(parts);
}

type DayAndOffset = Required<Pick<ReadDate, 'year' | 'month' | 'day' | 'offsetMinutes'>>;

/** Returns the time. Null if the day of the week does not match, or if the hour is 24 and more. */
function completeTime(read: ReadDate & DayAndOffset): LocalTime | null {
  const { hour = 0, minute = 0, second = 0, nano = 0, ...rest } = read;
  const time = {
    ...rest,
    hour,
    minute,
    second,
    nano,
    day: Math.min(read.day, daysInMonth(read.year, read.month)),
  };
  if (read.dayOfWeek !== undefined && read.dayOfWeek !== dayOfWeek(time)) return null;
  return hour === 24 && minute + second + nano > 0 ? null : time;
}

/**
 * Writes a date in another pattern, or a number of milliseconds if the source pattern is empty
 * (DateTimeConvertFunction.java). Returns an empty text if the date cannot be read.
 */
export function convertedDate(date: string, from: string, to: string): string {
  checkConversion(from, to);
  const parts = parsedPattern(to);
  if (from === '') {
    const epochMs = wholeNumber(date, LONG_BITS);
    return epochMs === null ? '' : formatDate(parts, localTimeAt(Number(epochMs)));
  }
  const read = dateReader(parsedPattern(from))(date);
  if (read === null || read.year === undefined || read.month === undefined || read.day === undefined)
    return '';
  const time = completeTime({ ...read, year: read.year, month: read.month, day: read.day, offsetMinutes: 0 });
  return time === null ? '' : formatDate(parts, localTimeAt(epochMsOf(time), 0));
}

/** @throws ExpressionError if a pattern is not supported */
export function checkConversion(from: string, to: string): void {
  const target = lettersOf(parsedPattern(to));
  if (from === '') return;
  const source = parsedPattern(from);
  dateReader(source);
  const letters = lettersOf(source);
  const missing = [
    'yu',
    'M',
    'd',
    ...(/[ms]/.test(letters) ? ['H'] : []),
    ...(letters.includes('s') ? ['m'] : []),
  ];
  if (missing.some((each) => ![...each].some((letter) => letters.includes(letter))) || /[XxZ]/.test(letters))
    throw new ExpressionError('expected a source pattern with year, month and day, and without a time zone');
  const known = `${DATE_LETTERS}u${letters.includes('H') ? 'ahKkHmsSnAN' : ''}`;
  const unknown = [...target].find((letter) => !known.includes(letter));
  if (unknown !== undefined)
    throw new ExpressionError(
      `the source pattern has no value for the letter ${unknown} of the target pattern`,
    );
}

function lettersOf(parts: readonly DatePart[]): string {
  return parts.map((part) => ('letter' in part ? part.letter : '')).join('');
}

export interface DateRange {
  readonly pattern: string;
  /** Empty for today. */
  readonly first: string;
  readonly end: string;
  readonly locale: string;
}

/**
 * Returns a random day before the end. Null if the end is before the first day (RandomDate.java). As in JMeter, a date
 * that cannot be read is the first day of 1970.
 */
export function randomDate({ pattern, first, end, locale }: DateRange, now: number): string | null {
  const { parts, read } = dayPattern(pattern, locale);
  const today = localTimeAt(now);
  const dayOf = (text: string): number => {
    const date = read(text);
    if (date === null) return 0;
    const time = completeTime({ year: today.year, month: 1, day: 1, ...date, offsetMinutes: 0 });
    return time === null ? 0 : epochMsOf(time) / DAY_MS;
  };
  const { year, month, day } = today;
  const start = first === '' ? dayNumber(year, month, day) : dayOf(first);
  const days = dayOf(end) - start;
  if (days < 0) return null;
  if (days === 0) throw notAbove('expected an end that is later than the start');
  const drawn = start + Number(randomBelow(BigInt(days)));
  return formatDate(parts, localTimeAt(drawn * DAY_MS, 0));
}

function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** @throws ExpressionError if the pattern is not supported for days */
export function dayPattern(pattern: string, locale: string) {
  const parts = patternOf(trimmedAsInJava(pattern) || 'yyyy-MM-dd', locale) ?? [];
  const refused = [...lettersOf(parts)].find((letter) => !DATE_LETTERS.includes(letter));
  if (refused !== undefined)
    throw new ExpressionError(`the letter ${refused} in the pattern of a day is not supported`);
  return { parts, read: dateReader(parts) };
}
