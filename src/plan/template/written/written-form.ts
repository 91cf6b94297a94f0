import type { AddCanonical } from '../../../message/body-template.ts';
import type { TemplateSegment } from '../template.ts';
import { writtenBytes } from './written-bytes.ts';
import { writtenPattern } from './written-pattern.ts';

/**
 * Maximum number of characters in the text of a plan's fields. With more characters, a function that recognises the
 * fields would cost too much time. Such messages are parsed as JSON.
 */
const MAX_CHARACTERS = 16_384;

/**
 * Returns a function that recognises the message fields before the reserved key, if they are written exactly as in the
 * plan, and adds their canonical form to the input of the checksum. No filled-in value contains a quote, so each
 * value is assigned to the right variable. Undefined if the fields are too long.
 * @param head the fields as written, up to the last value
 */
export function writtenForm(
  head: readonly TemplateSegment[],
  canonical: readonly TemplateSegment[],
): AddCanonical | undefined {
  const characters = head.reduce(
    (sum, segment) => sum + (segment.kind === 'text' ? segment.text.length : 0),
    0,
  );
  if (characters > MAX_CHARACTERS) return undefined;
  return writtenBytes(head, canonical) ?? writtenPattern(head, canonical);
}
