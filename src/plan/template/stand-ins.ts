import type { PlanVariable } from '../language/plan-variables.ts';
import { type TemplateSegment, variableSegment } from './template.ts';

/**
 * Private-use characters before and after a stand-in, the placeholder text for a variable. `bare` marks a
 * variable outside a JSON string.
 */
const FRAME = { open: '\uE000', bare: '\uE001', close: '\uE002' };
const RESERVED = /[\uE000-\uE002]/;
const STAND_IN = /"\uE001([^\uE000-\uE002]+)\uE002"|\uE000([^\uE000-\uE002]+)\uE002/;

export function hasStandInCharacters(text: string): boolean {
  return RESERVED.test(text);
}

/**
 * Returns a stand-in for a variable, so that a template can be parsed as JSON. Outside a JSON string, the stand-in has
 * its own quotes.
 */
export function standInFor(name: string, inString: boolean): string {
  return inString ? `${FRAME.open}${name}${FRAME.close}` : `"${FRAME.bare}${name}${FRAME.close}"`;
}

/** Splits the text at its stand-ins, which are placeholder texts for variables. */
export function cutAtStandIns(text: string, own: readonly PlanVariable[]): readonly TemplateSegment[] {
  const segments: TemplateSegment[] = [];
  for (const [index, piece] of text.split(new RegExp(STAND_IN.source)).entries()) {
    if (index % 3 === 0 && piece !== '') segments.push({ kind: 'text', text: piece });
    else if (piece !== undefined && piece !== '') segments.push(variableSegment(piece, own));
  }
  return segments;
}

/** Replaces each stand-in (a placeholder text) by its variable, as the user wrote the variable. */
export function withVariables(text: string): string {
  return text.replace(new RegExp(STAND_IN.source, 'g'), (_, bare, inString) => `\${${bare ?? inString}}`);
}
