/** Removes spaces and control characters at both ends, as Java's String.trim. */
export function trimmedAsInJava(text: string): string {
  return text.replace(/^[\0- ]+|[\0- ]+$/g, '');
}
