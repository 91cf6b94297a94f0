/** Divides a text at each semicolon, as Java's String.split does: empty texts at the end are left out. */
export function splitNames(text: string): readonly string[] {
  const parts = text.split(';');
  if (parts.length === 1) return parts;
  return parts.slice(0, parts.findLastIndex((part) => part !== '') + 1);
}
