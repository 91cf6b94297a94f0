/** The encodings that Node decodes as Java does. */
export const ENCODINGS = ['utf-8', 'iso-8859-1', 'us-ascii'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The names of encodings that Java knows too, in lower case. Java 18 and later take UTF-8 if there is no name. */
const NAMES: ReadonlyMap<string, Encoding> = new Map([
  ['', 'utf-8'],
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['iso-8859-1', 'iso-8859-1'],
  ['iso8859_1', 'iso-8859-1'],
  ['latin1', 'iso-8859-1'],
  ['us-ascii', 'us-ascii'],
  ['ascii', 'us-ascii'],
]);

/** Returns the encoding with this name. Null if qbl does not have the encoding. */
export function encodingOf(name: string): Encoding | null {
  return NAMES.get(name.toLowerCase()) ?? null;
}

/** Returns a function that decodes the parts of a text. An empty part ends the text. */
export function decoderOf(encoding: Encoding): (bytes: Buffer) => string {
  if (encoding === 'iso-8859-1') return (bytes) => bytes.toString('latin1');
  if (encoding === 'us-ascii') return (bytes) => bytes.toString('latin1').replace(/[^\0-\x7f]/g, '\uFFFD');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (bytes) => decoder.decode(bytes, { stream: bytes.length > 0 });
}
