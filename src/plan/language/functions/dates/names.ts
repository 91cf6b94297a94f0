/** The English names of months and days, which Java uses for the language that JMeter's scripts set. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Returns a name in the form for a number of letters in a pattern: short, full, or the first character. */
export function nameOf(names: readonly string[], index: number, count: number): string {
  const name = names[index] ?? '';
  if (count === 4) return name;
  return name.slice(0, count === 5 ? 1 : 3);
}
