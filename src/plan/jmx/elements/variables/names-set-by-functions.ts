import { type Expression, ExpressionError, parseProperty } from '../../../language/expression.ts';
import { runTimeFunction } from '../../../language/functions/functions.ts';
import { trimmedAsInJava } from '../../../language/functions/java-trim.ts';
import type { TestElement } from '../../tree.ts';
import type { ParsedElement } from '../../xml.ts';

/**
 * Returns a function that says whether a function of an element sets a variable while the test runs. JMeter evaluates the
 * functions of the Test Plan and of User Defined Variables before that.
 */
export function setByFunctions(testPlan: TestElement): (name: string) => boolean {
  const names = new Set<string>();
  const prefixes = new Set<string>();
  const visit = (element: TestElement): void => {
    if (element.type !== 'TestPlan' && element.type !== 'Arguments')
      for (const property of element.properties.values()) collect(property, names, prefixes);
    for (const child of element.children) visit(child);
  };
  visit(testPlan);
  return (name) => names.has(name) || [...prefixes].some((prefix) => name.startsWith(prefix));
}

/** Whether a function of the element sets a variable. */
export function storesVariables({ properties }: TestElement): boolean {
  const names = new Set<string>();
  for (const property of properties.values()) collect(property, names, new Set());
  return names.size > 0;
}

function collect({ text, children }: ParsedElement, names: Set<string>, prefixes: Set<string>): void {
  if (text.includes('${__')) collectFrom(parsed(text), names, prefixes);
  for (const child of children) collect(child, names, prefixes);
}

/** A text that cannot be parsed is refused when it is read. */
function parsed(text: string): Expression {
  try {
    return parseProperty(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [];
  }
}

function collectFrom(expression: Expression, names: Set<string>, prefixes: Set<string>): void {
  for (const piece of expression) {
    if (piece.kind !== 'call') continue;
    const { stores, sets } = runTimeFunction(piece.name) ?? {};
    const at = stores ?? sets;
    const name = at === undefined ? undefined : piece.parameters.at(at);
    const written = name?.map((each) => (each.kind === 'text' ? each.text : '')).join('') ?? '';
    if (written !== '') names.add(trimmedAsInJava(written)).add(written);
    if (written !== '' && sets !== undefined) prefixes.add(`${trimmedAsInJava(written)}_`);
    for (const parameter of piece.parameters) collectFrom(parameter, names, prefixes);
  }
}
