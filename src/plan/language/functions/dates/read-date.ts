import { ExpressionError } from '../../expression.ts';
import type { DateLetter, DatePart } from './date-pattern.ts';
import { DAYS, MONTHS, nameOf } from './names.ts';

/** The parts of a date that a text contains. */
export interface ReadDate {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly nano?: number;
  readonly offsetMinutes?: number;
  /** 0 for Sunday. */
  readonly dayOfWeek?: number;
}

/** Reads a text. Null if Java cannot read the text with the pattern. */
export type DateReader = (text: string) => ReadDate | null;

type Field = keyof ReadDate;
interface FieldReader {
  readonly field: Field;
  readonly pattern: string;
  readonly read: (text: string) => number;
}

/** Least and greatest value of each field that Java accepts. */
const RANGES: Partial<Record<Field, readonly [number, number]>> = {
  year: [1, 999_999_999],
  month: [1, 12],
  day: [1, 31],
  hour: [0, 24],
  minute: [0, 59],
  second: [0, 59],
  offsetMinutes: [-18 * 60, 18 * 60],
};

/**
 * Returns a function that reads dates as Java's DateTimeFormatter does with the locale en.
 * @throws ExpressionError if qbl cannot read dates with this pattern
 */
export function dateReader(parts: readonly DatePart[]): DateReader {
  const readers = parts.map((part) => ('literal' in part ? part : fieldReader(part.letter, part.count)));
  const fields = readers.flatMap((each) => ('literal' in each ? [] : [each]));
  const repeated = fields.find(({ field }, at) => fields.findIndex((each) => each.field === field) < at);
  if (repeated !== undefined)
    throw new ExpressionError(`a date pattern with two parts for the ${repeated.field} is not supported`);
  const sources = readers.map((each) =>
    'literal' in each ? each.literal.replace(/[^\w\s]/g, '\\$&') : `(${each.pattern})`,
  );
  const whole = new RegExp(`^${sources.join('')}$`);
  return (text) => {
    const matched = whole.exec(text);
    if (matched === null) return null;
    const read = fields.map(({ field, read }, at) => [field, read(matched[at + 1] ?? '')] as const);
    return read.every(([field, value]) => isInRange(field, value)) ? Object.fromEntries(read) : null;
  };
}

function isInRange(field: Field, value: number): boolean {
  const [least, most] = RANGES[field] ?? [0, Number.POSITIVE_INFINITY];
  return value >= least && value <= most;
}

const FIELDS: Partial<Record<DateLetter, Field>> = {
  y: 'year',
  u: 'year',
  M: 'month',
  d: 'day',
  H: 'hour',
  m: 'minute',
  s: 'second',
};

function fieldReader(letter: DateLetter, count: number): FieldReader {
  if (letter === 'E' && count < 5) return nameReader('dayOfWeek', DAYS, count, 0);
  if (letter === 'M' && count > 2 && count < 5) return nameReader('month', MONTHS, count, 1);
  if (letter === 'S')
    return { field: 'nano', pattern: `\\d{${count}}`, read: (text) => Number(text.padEnd(9, '0')) };
  const offset = offsetPattern(letter, count);
  if (offset !== null) return { field: 'offsetMinutes', pattern: offset, read: readOffset };
  const field = FIELDS[letter];
  if (field === undefined || (field === 'month' && count > 2))
    throw new ExpressionError(`dates with ${letter.repeat(count)} in the pattern cannot be read`);
  if (field === 'year' && count === 2)
    return { field, pattern: '\\d{2}', read: (text) => 2000 + Number(text) };
  // The length is limited, because longer numbers are out of range.
  const pattern = count === 1 ? '\\d{1,10}' : count === 3 ? '\\d{3,10}' : `\\d{${count}}`;
  return { field, pattern, read: Number };
}

function nameReader(field: Field, names: readonly string[], count: number, first: number): FieldReader {
  const forms = names.map((_, index) => nameOf(names, index, count));
  return { field, pattern: forms.join('|'), read: (text) => first + forms.indexOf(text) };
}

function offsetPattern(letter: DateLetter, count: number): string | null {
  const digits = ['[+-]\\d{2}(?:\\d{2})?', '[+-]\\d{4}', '[+-]\\d{2}:\\d{2}'][count - 1];
  if (digits === undefined) return null;
  if (letter === 'X') return `Z|${digits}`;
  if (letter === 'x') return digits;
  return letter === 'Z' ? '[+-]\\d{4}' : null;
}

function readOffset(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(3).replace(':', ''));
  if (minutes > 59) return Number.NaN;
  return (text.startsWith('-') ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + minutes);
}
