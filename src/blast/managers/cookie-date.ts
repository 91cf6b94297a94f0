const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?$/;
const DAY = /^(\d{1,2})(?:\D.*)?$/;
const MONTH = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const YEAR = /^(\d{2,4})(?:\D.*)?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads the date of a cookie in epoch milliseconds. Null if the text is no date. Source: HttpClient's
 * LaxExpiresHandler.java.
 */
export function cookieDateMs(text: string): number | null {
  const found: { time?: RegExpExecArray; day?: number; month?: number; year?: number } = {};
  for (const word of text.split(DELIMITERS)) {
    const time = found.time === undefined ? TIME.exec(word) : null;
    const day = found.day === undefined ? DAY.exec(word) : null;
    const month = found.month === undefined ? MONTH.exec(word) : null;
    const year = found.year === undefined ? YEAR.exec(word) : null;
    if (time !== null) found.time = time;
    else if (day !== null) found.day = Number(day[1]);
    else if (month !== null) found.month = MONTHS.indexOf((month[1] ?? '').toLowerCase());
    else if (year !== null) found.year = wholeYear(Number(year[1]));
  }
  const { time, day, month, year } = found;
  if (time === undefined || day === undefined || month === undefined || year === undefined) return null;
  const [hour = 0, minute = 0, second = 0] = time.slice(1).map(Number);
  const isValid = day >= 1 && day <= 31 && year >= 1601 && hour <= 23 && minute <= 59 && second <= 59;
  return isValid ? Date.UTC(year, month, day, hour, minute, second) : null;
}

function wholeYear(year: number): number {
  if (year > 99) return year;
  return year >= 70 ? 1900 + year : 2000 + year;
}
