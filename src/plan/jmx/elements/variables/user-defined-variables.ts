import type { FilledText } from '../../../language/filled-text.ts';
import { collectionOf, propertiesOf, type TestElement, textOf } from '../../tree.ts';
import type { ParsedElement } from '../../xml.ts';
import type { Definition, ImportContext, Variables } from '../context.ts';

/**
 * Returns the User Defined Variables of the whole tree. JMeter evaluates them once, before it sends a request. A
 * variable can use the variables of earlier elements (engine/PreCompiler.java).
 */
export function userDefinedVariables(testPlan: TestElement, context: ImportContext): Variables {
  const variables = new Map<string, Definition>();
  const inPlan = testPlan.properties.get('TestPlan.user_defined_variables');
  if (inPlan !== undefined) define(testPlan, propertiesOf(inPlan), variables, context);
  for (const element of argumentsUnder(testPlan)) define(element, element.properties, variables, context);
  return variables;
}

/**
 * Finds Arguments elements in the tree. The arguments of an HTTP request are not found, because they are
 * parameters of the request.
 */
function argumentsUnder({ children }: TestElement): TestElement[] {
  return children.flatMap((child) => (child.type === 'Arguments' ? [child] : argumentsUnder(child)));
}

/**
 * Adds the variables of one element. All of these variables are evaluated before the first is added. So a variable
 * cannot use another variable of its own element.
 */
function define(
  element: TestElement,
  properties: ReadonlyMap<string, ParsedElement>,
  variables: Map<string, Definition>,
  context: ImportContext,
): void {
  const scope = context.scopeBeforeThreads(variables);
  const values = new Map<string, FilledText>();
  for (const argument of collectionOf({ properties }, 'Arguments.arguments')) {
    const holder = { properties: propertiesOf(argument) };
    const name = context.constantIn(element, 'Argument.name', textOf(holder, 'Argument.name'), scope);
    if (name !== '') values.set(name, context.filled(element, name, textOf(holder, 'Argument.value'), scope));
  }
  for (const [name, value] of values) variables.set(name, () => value);
}
