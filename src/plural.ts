import { formatCount } from './count.ts';

/** A number with its noun and thousands separators: `1 message`, `2,000 messages`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${verb(count, one, many)}`;
}

/** Returns the singular or plural of a word for a number: `verb(1, 'is', 'are')` is `is`. */
export function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
