/**
 * Writes properties as a file of java.util.Properties. A property on the command line would be visible to other users, and
 * JMeter would write its value into its log.
 */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}\n`)
    .join('');
}

/** Escapes every character that has a meaning in such a file, or that is not ASCII. */
function escaped(text: string): string {
  return text.replace(/[^\w.\-/]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
