/** Splits a text at each of the given characters. An empty part is `?` (JOrphanUtils.java, split with a default). */
export function splitText(text: string, delimiters: string): string[] {
  const parts: string[] = [];
  let part = '';
  let isAfterDelimiter = false;
  const end = () => {
    if (part !== '') parts.push(part);
    part = '';
  };
  for (const character of text) {
    if (!delimiters.includes(character)) {
      part += character;
      isAfterDelimiter = false;
      continue;
    }
    end();
    if (isAfterDelimiter) parts.push('?');
    isAfterDelimiter = true;
  }
  end();
  if (isAfterDelimiter) parts.push('?');
  return parts;
}
