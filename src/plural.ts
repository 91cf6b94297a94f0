/** A number with its noun and thousands separators: `1 message`, `2,000 messages`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${verb(count, one, many)}`;
}

/** The form of a word that agrees with the number: `verb(1, 'is', 'are')`. */
export function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
