import type { Identity } from '../../message/identity.ts';
import type { PlanVariable } from '../plan.ts';
import { countAt, countFormat } from './counter.ts';
import { parseTemplate, TemplateError, type TemplateSegment } from './template.ts';

/** A template filled in afterwards: what is drawn or taken from a clock for each message stays `${name}`. */
export interface Determined {
  readonly text: string;
  /** The variables whose values nobody kept, each once. */
  readonly open: readonly string[];
}

/** Fills a template in as far as a message's identity determines it. */
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

/** A template that this version does not know is left as it is written. */
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

/** Null: it differs from message to message, and nobody kept it. */
function valueIn(segment: TemplateSegment, { run, thread, loop }: Identity): string | null {
  if (segment.kind === 'text') return segment.text;
  if (segment.kind === 'own') return counted(segment.variable, loop);
  const known: Readonly<Record<string, string | number>> = { run, thread, loop };
  const value = known[segment.name];
  return value === undefined ? null : String(value);
}

/** Only a counter of each thread's own follows from the loop. */
function counted(variable: PlanVariable, loop: number): string | null {
  if (variable.kind === 'uuid' || !variable.perThread) return null;
  const format = countFormat(variable.format);
  return format === null ? null : String(format(countAt(variable, loop - 1)));
}
