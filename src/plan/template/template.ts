import type { PlanVariable } from '../language/plan-variables.ts';

/** The variables of every plan, for bodies, header values and URLs. */
export const VARIABLES = ['thread', 'loop', 'run', 'uuid', 'now', 'qbl.id', 'qbl.hex', 'qbl.number'] as const;
export type Variable = (typeof VARIABLES)[number];

/** A piece of a template: a text or a variable. */
export type TemplateSegment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: Variable }
  /** A variable that the plan defines itself. */
  | { readonly kind: 'own'; readonly variable: PlanVariable };

export class TemplateError extends Error {}

/**
 * Splits a text at its variables, which are written `${name}` as in JMeter.
 * @param own the variables of the plan
 * @throws TemplateError for a name that is neither in VARIABLES nor in `own`
 */
export function parseTemplate(text: string, own: readonly PlanVariable[] = []): readonly TemplateSegment[] {
  const segments: TemplateSegment[] = [];
  for (const [index, piece] of text.split(/\$\{([^}]*)\}/).entries()) {
    if (index % 2 === 1) segments.push(variableSegment(piece, own));
    else if (piece !== '') segments.push({ kind: 'text', text: piece });
  }
  return segments;
}

/**
 * Returns the segment of a variable.
 * @throws TemplateError for an unknown name
 */
export function variableSegment(name: string, own: readonly PlanVariable[]): TemplateSegment {
  const known = VARIABLES.find((variable) => variable === name);
  if (known !== undefined) return { kind: 'variable', name: known };
  const variable = own.find((each) => each.name === name);
  if (variable !== undefined) return { kind: 'own', variable };
  const names = [...VARIABLES, ...own.map((each) => each.name)];
  throw new TemplateError(
    `\${${name}} is unknown: expected ${names.map((each) => `\${${each}}`).join(', ')}`,
  );
}
