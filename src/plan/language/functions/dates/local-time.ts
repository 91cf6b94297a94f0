import { ExpressionError } from '../../expression.ts';

/** A date and a time of day in a time zone. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  /** Difference of the time zone from UTC. */
  readonly offsetMinutes: number;
}

const MINUTE_MS = 60_000;

/** Returns a time in the time zone of this machine, or in a zone with the given offset. */
export function localTimeAt(epochMs: number, offsetMinutes = machineOffset(epochMs)): LocalTime {
  const shifted = new Date(Math.floor(epochMs) + offsetMinutes * MINUTE_MS);
  const year = shifted.getUTCFullYear();
  if (!(year >= 1))
    throw new ExpressionError('a date before the year 1, or too far in the future, is not supported');
  return {
    year,
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    nano: shifted.getUTCMilliseconds() * 1_000_000 + microsecondsOf(epochMs) * 1000,
    offsetMinutes,
  };
}

/** Returns the microseconds of the last millisecond. The fraction of a large number is not exact, so it is rounded. */
function microsecondsOf(epochMs: number): number {
  return Math.min(999, Math.round((epochMs - Math.floor(epochMs)) * 1000));
}

function machineOffset(epochMs: number): number {
  return -new Date(epochMs).getTimezoneOffset();
}

export function epochMsOf(time: LocalTime): number {
  const { year, month, day, hour, minute, second, nano, offsetMinutes } = time;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offsetMinutes, second);
  return date.getTime() + nano / 1_000_000;
}

export function daysInMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

/** Returns the number of the day in its year: 1 to 366. */
export function dayOfYear({ year, month, day }: LocalTime): number {
  let days = day;
  for (let earlier = 1; earlier < month; earlier++) days += daysInMonth(year, earlier);
  return days;
}

/** Returns the day of the week: 0 for Sunday. */
export function dayOfWeek({ year, month, day }: LocalTime): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDay();
}
