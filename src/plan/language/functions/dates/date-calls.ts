import { trimmedAsInJava } from '../java-trim.ts';
import type { RunTimeFunctions } from '../run-time-function.ts';
import { nowMs } from './clock.ts';
import {
  checkConversion,
  checkShift,
  convertedDate,
  type DateRange,
  dayPattern,
  randomDate,
  type Shift,
  shiftedTime,
  timeText,
} from './date-functions.ts';

/** The patterns for names that JMeter knows. A property such as `time.YMD` changes a pattern (TimeFunction.java). */
export const TIME_ALIASES: Readonly<Record<string, string>> = {
  YMD: 'yyyyMMdd',
  HMS: 'HHmmss',
  YMDHMS: 'yyyyMMdd-HHmmss',
  USER1: '',
  USER2: '',
};

/** Functions of dates. The calls with four and with five parameters of __timeShift have their own positions. */
export const DATE_FUNCTIONS: RunTimeFunctions = {
  __time: {
    parameters: [0, 2],
    stores: 1,
    constants: [0, 1],
    call: ([pattern = '']) => (pattern === '' ? String(Date.now()) : timeText(patternOf(pattern), nowMs())),
  },
  __timeShift: {
    parameters: [4, 5],
    stores: -1,
    constants: [0, 3, 4],
    call: (parameters) => shiftedTime(shiftOf(parameters), nowMs()),
    check: (parameters) => {
      // An unknown date can be empty, but then JMeter does not read the date.
      checkShift(shiftOf(parameters.map((each) => each ?? 'unknown')));
    },
  },
  __dateTimeConvert: {
    parameters: [3, 4],
    stores: 3,
    constants: [1, 2],
    call: ([date = '', from = '', to = '']) => convertedDate(date, from, to),
    check: ([, from, to]) => {
      if (typeof from === 'string' && typeof to === 'string') checkConversion(from, to);
    },
  },
  __RandomDate: {
    parameters: [3, 5],
    sets: 4,
    constants: [0, 3],
    call: (parameters, { variables }) => {
      const drawn = randomDate(rangeOf(parameters), nowMs());
      const name = trimmedAsInJava(parameters[4] ?? '');
      if (drawn !== null && name !== '') variables.set(name, drawn);
      return drawn ?? '';
    },
    check: ([pattern, , , locale = '']) => {
      if (typeof pattern === 'string' && locale !== null) dayPattern(pattern, trimmedAsInJava(locale));
    },
  },
};

function patternOf(format: string): string {
  return (Object.hasOwn(TIME_ALIASES, format) ? TIME_ALIASES[format] : undefined) ?? format;
}

function shiftOf(parameters: readonly string[]): Shift {
  const [pattern = '', date = '', amount = '', locale = ''] = parameters.map(trimmedAsInJava);
  return { pattern, date, amount, locale: parameters.length === 5 ? locale : '' };
}

function rangeOf(parameters: readonly string[]): DateRange {
  const [pattern = '', first = '', end = '', locale = ''] = parameters.map(trimmedAsInJava);
  return { pattern, first, end, locale };
}
