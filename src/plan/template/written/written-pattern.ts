import type { AddCanonical } from '../../../message/body-template.ts';
import type { TemplateSegment } from '../template.ts';
import { nameOf, writtenValue } from './written-value.ts';

/** Recognises the fields of any plan with a regular expression. All texts are latin1, so a character is a byte. */
export function writtenPattern(
  head: readonly TemplateSegment[],
  canonical: readonly TemplateSegment[],
): AddCanonical {
  const numbers = new Map<string, number>();
  const pattern = new RegExp(`^${head.map((segment) => patternOf(segment, numbers)).join('')}$`, 's');
  const pieces = canonical.map((segment) =>
    segment.kind === 'text' ? latin1(segment.text) : (numbers.get(nameOf(segment)) ?? 0),
  );
  return (value, end, input) => {
    const match = pattern.exec(value.toString('latin1', 0, end));
    if (match === null) return false;
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : (match[piece] ?? ''))).join('');
    input.add(Buffer.from(text, 'latin1'));
    return true;
  };
}

function patternOf(segment: TemplateSegment, numbers: Map<string, number>): string {
  if (segment.kind === 'text') return latin1(segment.text).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const name = nameOf(segment);
  const known = numbers.get(name);
  // The group `(?:…)` separates the back reference from a digit that may follow it.
  if (known !== undefined) return `(?:\\${known})`;
  numbers.set(name, numbers.size + 1);
  const { bytes, least } = writtenValue(segment);
  return `(${bytes}${least === 0 ? '*' : '+'})`;
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
