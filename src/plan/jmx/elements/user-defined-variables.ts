import { collectionOf, propertiesOf, type TestElement, textOf } from '../tree.ts';
import type { ParsedElement } from '../xml.ts';
import type { ImportContext, Variables } from './context.ts';

/**
 * The variables of the whole test, from anywhere in the tree. JMeter evaluates them once, before it sends anything.
 * Each element can use the variables of the elements before it. Source: engine/PreCompiler.java.
 */
export function userDefinedVariables(testPlan: TestElement, context: ImportContext): Variables {
  const inPlan = testPlan.properties.get('TestPlan.user_defined_variables');
  const first = inPlan === undefined ? new Map() : define(testPlan, propertiesOf(inPlan), new Map(), context);
  return argumentsUnder(testPlan).reduce(
    (variables, element) => define(element, element.properties, variables, context),
    first,
  );
}

/** Skips the arguments of an HTTP request. They are its parameters and not elements of the tree. */
function argumentsUnder({ children }: TestElement): TestElement[] {
  return children.flatMap((child) => (child.type === 'Arguments' ? [child] : argumentsUnder(child)));
}

function define(
  element: TestElement,
  properties: ReadonlyMap<string, ParsedElement>,
  known: Variables,
  context: ImportContext,
): Variables {
  const variables = new Map(known);
  for (const argument of collectionOf({ properties }, 'Arguments.arguments')) {
    const holder = { properties: propertiesOf(argument) };
    const name = textOf(holder, 'Argument.name');
    if (name === '') continue;
    const value = context.filled(element, name, textOf(holder, 'Argument.value'), context.scope(known, null));
    variables.set(name, () => value);
  }
  return variables;
}
