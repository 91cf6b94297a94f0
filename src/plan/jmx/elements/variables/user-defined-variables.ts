import { constantOf, type FilledText, literal } from '../../../language/filled-text.ts';
import { ThreadVariables } from '../../../language/thread-variables.ts';
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
  if (inPlan !== undefined) define(testPlan, propertiesOf(inPlan), variables, null, context);
  for (const element of argumentsUnder(testPlan))
    define(element, element.properties, variables, new EarlyVariables(variables), context);
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
 * cannot use another variable of its own element. But it can use what a function before it stores.
 */
function define(
  element: TestElement,
  properties: ReadonlyMap<string, ParsedElement>,
  variables: Map<string, Definition>,
  early: EarlyVariables | null,
  context: ImportContext,
): void {
  const scope = context.scopeBeforeThreads(variables, early);
  const values = new Map<string, FilledText>();
  for (const argument of collectionOf({ properties }, 'Arguments.arguments')) {
    const holder = { properties: propertiesOf(argument) };
    const name = context.constantIn(element, 'Argument.name', textOf(holder, 'Argument.name'), scope);
    if (name !== '') values.set(name, context.filled(element, name, textOf(holder, 'Argument.value'), scope));
  }
  for (const [name, value] of early?.stored() ?? []) variables.set(name, () => literal(value));
  for (const [name, value] of values) variables.set(name, () => value);
}

/** The variables while JMeter evaluates an element. Functions can store further variables. */
class EarlyVariables extends ThreadVariables {
  readonly #defined: Variables;
  readonly #stored = new Map<string, string>();

  constructor(defined: Variables) {
    super();
    this.#defined = defined;
  }

  stored(): Iterable<readonly [name: string, value: string]> {
    return this.#stored;
  }

  /** Whether a function has stored the variable. */
  override has(name: string): boolean {
    return this.#stored.has(name);
  }

  override get(name: string): string | undefined {
    const definition = this.#defined.get(name);
    return this.#stored.get(name) ?? (definition === undefined ? undefined : constantOf(definition(null)));
  }

  override set(name: string, value: string): void {
    this.#stored.set(name, value);
  }

  override delete(name: string): void {
    this.#stored.delete(name);
  }
}
