import type { TemplateSegment } from './template.ts';

/**
 * Maximum length of a text for which a regular expression is compiled. For a longer text, that costs too
 * much.
 */
const MAX_PATTERN_LENGTH = 16_384;

/**
 * Returns a function that recognises the message fields before the reserved key, if they are written exactly as in the
 * plan. The function returns their canonical form. All texts are latin1. No filled-in value contains a quote, so the
 * pattern assigns each value to the right variable. Undefined if the text is too long.
 * @param head the fields as written, up to the last value
 */
export function writtenForm(
  head: readonly TemplateSegment[],
  canonical: readonly TemplateSegment[],
): ((fields: string) => string | null) | undefined {
  const numbers = new Map<string, number>();
  const source = head.map((segment) => patternOf(segment, numbers)).join('');
  if (source.length > MAX_PATTERN_LENGTH) return undefined;
  const pattern = new RegExp(`^${source}$`, 's');
  const pieces = canonical.map((segment) =>
    segment.kind === 'text' ? latin1(segment.text) : (numbers.get(nameOf(segment)) ?? 0),
  );
  return (fields) => {
    const match = pattern.exec(fields);
    if (match === null) return null;
    return pieces.map((piece) => (typeof piece === 'string' ? piece : (match[piece] ?? ''))).join('');
  };
}

const VALUES: Readonly<Record<string, string>> = {
  thread: '\\d+',
  loop: '\\d+',
  now: '\\d+',
  uuid: '[0-9a-f-]+',
  run: '[A-Za-z0-9._-]+',
  'qbl.id': '[0-9a-f-]+',
  'qbl.hex': '[0-9a-f]+',
  'qbl.number': '\\d+',
};
const OWN_VALUE = '[^"\\\\\\x00-\\x1f]*';

function patternOf(segment: TemplateSegment, numbers: Map<string, number>): string {
  if (segment.kind === 'text') return latin1(segment.text).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const name = nameOf(segment);
  const known = numbers.get(name);
  // The group `(?:…)` separates the back reference from a digit that may follow it.
  if (known !== undefined) return `(?:\\${known})`;
  numbers.set(name, numbers.size + 1);
  return `(${segment.kind === 'variable' ? VALUES[name] : OWN_VALUE})`;
}

function nameOf(segment: Exclude<TemplateSegment, { kind: 'text' }>): string {
  return segment.kind === 'own' ? segment.variable.name : segment.name;
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
