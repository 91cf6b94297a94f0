import type { DateLetter, DatePart } from './date-pattern.ts';
import { dayOfWeek, dayOfYear, type LocalTime } from './local-time.ts';
import { DAYS, MONTHS, nameOf } from './names.ts';

/** Writes a time as Java's DateTimeFormatter does with the locale en. */
export function formatDate(parts: readonly DatePart[], time: LocalTime): string {
  return parts
    .map((part) => ('literal' in part ? part.literal : WRITERS[part.letter](time, part.count)))
    .join('');
}

const writers: Pick<Writers, 'y' | 'M' | 'Q' | 'X'> = {
  y: ({ year }, count) => {
    if (count === 2) return padded(year % 100, 2);
    return `${count > 3 && year >= 10 ** count ? '+' : ''}${padded(year, count)}`;
  },
  M: ({ month }, count) => (count < 3 ? padded(month, count) : nameOf(MONTHS, month - 1, count)),
  Q: ({ month }, count) => {
    const quarter = Math.ceil(month / 3);
    if (count === 3) return `Q${quarter}`;
    if (count === 4) return `${['1st', '2nd', '3rd', '4th'][quarter - 1]} quarter`;
    return padded(quarter, count === 2 ? 2 : 1);
  },
  X: ({ offsetMinutes }, count) => (offsetMinutes === 0 ? 'Z' : offset(offsetMinutes, count)),
};

type Writers = Readonly<Record<DateLetter, (time: LocalTime, count: number) => string>>;

const WRITERS: Writers = {
  ...writers,
  G: (_, count) => (count === 4 ? 'Anno Domini' : count === 5 ? 'A' : 'AD'),
  u: writers.y,
  L: writers.M,
  q: writers.Q,
  D: (time, count) => padded(dayOfYear(time), count),
  d: ({ day }, count) => padded(day, count),
  E: (time, count) => nameOf(DAYS, dayOfWeek(time), count),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  h: ({ hour }, count) => padded(hour % 12 || 12, count),
  K: ({ hour }, count) => padded(hour % 12, count),
  k: ({ hour }, count) => padded(hour || 24, count),
  H: ({ hour }, count) => padded(hour, count),
  m: ({ minute }, count) => padded(minute, count),
  s: ({ second }, count) => padded(second, count),
  S: ({ nano }, count) => padded(nano, 9).slice(0, count),
  n: ({ nano }, count) => padded(nano, count),
  A: (time, count) => padded(secondOfDay(time) * 1000 + Math.floor(time.nano / 1_000_000), count),
  N: (time, count) => padded(secondOfDay(time) * 1_000_000_000 + time.nano, count),
  x: ({ offsetMinutes }, count) => offset(offsetMinutes, count),
  Z: ({ offsetMinutes }, count) => {
    if (count === 4) return gmtOffset(offsetMinutes, 2);
    if (count === 5) return offsetMinutes === 0 ? 'Z' : offset(offsetMinutes, 3);
    return offset(offsetMinutes, 2);
  },
  O: ({ offsetMinutes }, count) => gmtOffset(offsetMinutes, count === 4 ? 2 : 1),
};

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function secondOfDay({ hour, minute, second }: LocalTime): number {
  return (hour * 60 + minute) * 60 + second;
}

/** Writes an offset: `+02` or `+0530` for 1, `+0200` for 2 and 4, `+02:00` for 3 and 5. */
function offset(offsetMinutes: number, count: number): string {
  const { sign, hours, minutes } = partsOf(offsetMinutes);
  if (count === 1 && minutes === 0) return `${sign}${padded(hours, 2)}`;
  return `${sign}${padded(hours, 2)}${count === 3 || count === 5 ? ':' : ''}${padded(minutes, 2)}`;
}

function gmtOffset(offsetMinutes: number, hourDigits: number): string {
  if (offsetMinutes === 0) return 'GMT';
  const { sign, hours, minutes } = partsOf(offsetMinutes);
  const rest = minutes === 0 && hourDigits === 1 ? '' : `:${padded(minutes, 2)}`;
  return `GMT${sign}${padded(hours, hourDigits)}${rest}`;
}

function partsOf(offsetMinutes: number) {
  const minutes = Math.abs(offsetMinutes);
  return { sign: offsetMinutes < 0 ? '-' : '+', hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
