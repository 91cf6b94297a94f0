import type { TemplateSegment } from './template.ts';

/** Above this a text is no pattern that is worth compiling. */
const MAX_PATTERN_LENGTH = 16_384;

/**
 * Recognises the fields of a message as the plan writes them, up to the comma or brace before the reserved key, and
 * gives their canonical form, all as latin1. No value that is filled in holds a quote, so that each string, and with
 * it each value, is found where the plan has it. Undefined: the text is too long.
 * @param head the fields as written, without what follows the last value
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
};
const OWN_VALUE = '[^"\\\\\\x00-\\x1f]*';

function patternOf(segment: TemplateSegment, numbers: Map<string, number>): string {
  if (segment.kind === 'text') return latin1(segment.text).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const name = nameOf(segment);
  const known = numbers.get(name);
  // In brackets, because a digit may follow.
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
