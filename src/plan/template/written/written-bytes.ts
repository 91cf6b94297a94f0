import type { AddCanonical } from '../../../message/body-template.ts';
import { type ByteClass, ByteCursor, byteClass } from '../../../message/bytes/byte-cursor.ts';
import type { TemplateSegment } from '../template.ts';
import { nameOf, writtenValue } from './written-value.ts';

/**
 * One step through the fields of a message. The next bytes are a fixed text of the plan, or the value of a variable
 * that occurs for the first time, or the same value again.
 */
interface Step {
  readonly text: Buffer | null;
  readonly allowed: ByteClass | null;
  readonly least: number;
  /**
   * Number of the variable whose value comes next. Variables are numbered from 0, in the order of their first
   * occurrences.
   */
  readonly value: number;
}

/**
 * Recognises the fields of a plan directly in the bytes, in one pass. This takes three fifths of the time of a
 * regular expression. Works only if the text after each value shows where the value ends. Returns null for other plans.
 */
export function writtenBytes(
  head: readonly TemplateSegment[],
  canonical: readonly TemplateSegment[],
): AddCanonical | null {
  const numbers = new Map<string, number>();
  const steps = head.map((segment) => stepOf(segment, numbers));
  if (!steps.every((step, i) => endsBefore(step, steps[i + 1]))) return null;
  const pieces = canonical.map((segment) =>
    segment.kind === 'text' ? Buffer.from(segment.text) : (numbers.get(nameOf(segment)) ?? 0),
  );
  const cursor = new ByteCursor();
  const starts = new Int32Array(numbers.size);
  const ends = new Int32Array(numbers.size);
  return (value, end, input) => {
    cursor.begin(value, 0, end);
    for (const { text, allowed, least, value } of steps) {
      if (text !== null) cursor.skip(text);
      else if (allowed === null) cursor.skipAgain(starts[value] ?? 0, ends[value] ?? 0);
      else {
        starts[value] = cursor.at;
        cursor.skipRun(allowed, least);
        ends[value] = cursor.at;
      }
    }
    if (!cursor.isDone) return false;
    for (const piece of pieces) {
      if (typeof piece === 'number') input.add(value, starts[piece], ends[piece]);
      else input.add(piece);
    }
    return true;
  };
}

function stepOf(segment: TemplateSegment, numbers: Map<string, number>): Step {
  if (segment.kind === 'text') return { text: Buffer.from(segment.text), allowed: null, least: 0, value: 0 };
  const name = nameOf(segment);
  const known = numbers.get(name);
  if (known !== undefined) return { text: null, allowed: null, least: 0, value: known };
  const value = numbers.size;
  numbers.set(name, value);
  const { bytes, least } = writtenValue(segment);
  return { text: null, allowed: byteClass(new RegExp(bytes)), least, value };
}

/**
 * Whether it is clear where a value ends: the text of the next step begins with a byte that the value cannot contain.
 */
function endsBefore({ allowed }: Step, next: Step | undefined): boolean {
  if (allowed === null || next === undefined) return true;
  return next.text !== null && allowed[next.text[0] ?? 0] === 0;
}
