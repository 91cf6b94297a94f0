const SPACE = 0x20;

/**
 * Removes spaces and control characters at both ends, as Java's String.trim. A loop takes linear time. A regular
 * expression for the end takes quadratic time if the text has a long run of spaces in the middle.
 */
export function trimmedAsInJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= SPACE) start++;
  while (end > start && text.charCodeAt(end - 1) <= SPACE) end--;
  return text.slice(start, end);
}
