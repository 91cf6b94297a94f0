import type { Identity } from '../../message/identity.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import { countAt, countFormat } from './counter.ts';
import { parseTemplate, TemplateError, type TemplateSegment } from './template.ts';

/**
 * The text of a template, filled in after the run. Random values and times were not stored, so they stay
 * `${name}`.
 */
export interface Determined {
  readonly text: string;
  /** Names of the variables whose values were not stored, without duplicates. */
  readonly open: readonly string[];
}

/** Fills in the variables of a template that the identity of a message determines. */
export function determinedText(
  template: string,
  identity: Identity,
  own: readonly PlanVariable[] = [],
): Determined {
  const parts = segmentsOf(template, own).map((segment) => {
    const value = valueIn(segment, identity);
    return value === null ? { text: `\${${nameOf(segment)}}`, isOpen: true } : { text: value, isOpen: false };
  });
  return {
    text: parts.map(({ text }) => text).join(''),
    open: [...new Set(parts.filter(({ isOpen }) => isOpen).map(({ text }) => text))],
  };
}

/**
 * Returns the text of a template for one message. Null if a value does not follow from the identity of the message.
 */
export function determinedValue(segments: readonly TemplateSegment[], identity: Identity): string | null {
  const values = segments.map((segment) => valueIn(segment, identity));
  return values.includes(null) ? null : values.join('');
}

/**
 * Splits a template at its variables. If this version of qbl does not know a variable, the whole template counts as
 * text.
 */
function segmentsOf(template: string, own: readonly PlanVariable[]): readonly TemplateSegment[] {
  try {
    return parseTemplate(template, own);
  } catch (error) {
    if (error instanceof TemplateError) return [{ kind: 'text', text: template }];
    throw error;
  }
}

function nameOf(segment: TemplateSegment): string {
  if (segment.kind === 'text') return '';
  return segment.kind === 'own' ? segment.variable.name : segment.name;
}

/** Returns the value of a variable. Null if the value differs from message to message and was not stored. */
function valueIn(segment: TemplateSegment, { run, thread, loop }: Identity): string | null {
  if (segment.kind === 'text') return segment.text;
  if (segment.kind === 'own') return counted(segment.variable, loop);
  const known: Readonly<Record<string, string | number>> = { run, thread, loop };
  const value = known[segment.name];
  return value === undefined ? null : String(value);
}

/**
 * Returns the value of a counter. Null if all threads share the counter, because then the loop does not determine the
 * value.
 */
function counted(variable: PlanVariable, loop: number): string | null {
  if (variable.kind !== 'counter' || !variable.perThread) return null;
  const format = countFormat(variable.format);
  return format === null ? null : String(format(countAt(variable, loop - 1)));
}
