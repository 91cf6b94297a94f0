/** What a body can be filled with. */
export const VARIABLES = ['thread', 'loop', 'run', 'uuid', 'now'] as const;
export type Variable = (typeof VARIABLES)[number];

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: Variable };

export class TemplateError extends Error {}

/**
 * Cuts a text at its variables, written `${name}` as in JMeter.
 * @throws TemplateError for a name that is none of VARIABLES
 */
export function parseTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  for (const [index, piece] of text.split(/\$\{([^}]*)\}/).entries()) {
    if (index % 2 === 1) segments.push({ kind: 'variable', name: variableOf(piece) });
    else if (piece !== '') segments.push({ kind: 'text', text: piece });
  }
  return segments;
}

function variableOf(name: string): Variable {
  const variable = VARIABLES.find((known) => known === name);
  if (variable !== undefined) return variable;
  throw new TemplateError(
    `\${${name}} is unknown: expected ${VARIABLES.map((known) => `\${${known}}`).join(', ')}`,
  );
}
