import { roleOf } from '../../registry.ts';
import { collectionOf, type TestElement, textOf } from '../../tree.ts';
import type { ImportContext, Variables } from '../context.ts';
import { setByExtractors } from '../extractors/set-by-extractors.ts';
import { setByFunctions } from './names-set-by-functions.ts';

/**
 * Returns a function that says whether an element sets a variable while the test runs, at a time that only the run shows.
 * Such a variable is looked up for each message.
 */
export function setWhileRunning(testPlan: TestElement): (name: string) => boolean {
  const names = new Set(withDescendants(testPlan).flatMap(namesSetWhileRunning));
  const setters = [setByFunctions(testPlan), setByExtractors(testPlan), (name: string) => names.has(name)];
  return (name) => setters.some((sets) => sets(name));
}

function namesSetWhileRunning(element: TestElement): string[] {
  return element.type === 'ForeachController' ? [textOf(element, 'ForeachController.returnVal')] : [];
}

/** Returns the names of the variables that an element sets while the test runs. */
export function namesSetBy(element: TestElement, variables: Variables, context: ImportContext): string[] {
  const constant = (property: string, text: string) => context.constant(element, property, text, variables);
  if (element.type === 'CounterConfig')
    return [constant('CounterConfig.name', textOf(element, 'CounterConfig.name'))];
  if (element.type !== 'UserParameters') return [];
  return collectionOf(element, 'UserParameters.names').map(({ text }) =>
    constant('UserParameters.names', text),
  );
}

/** Returns the names of the variables that elements under the test plan set for the requests in their scopes. */
export function namesSetInScopes(
  testPlan: TestElement,
  variables: Variables,
  context: ImportContext,
): ReadonlySet<string> {
  return new Set(withDescendants(testPlan).flatMap((element) => namesSetBy(element, variables, context)));
}

/**
 * Refuses a counter if another element of its thread sets the same variable. JMeter lets all counters count when their
 * controller starts, the first counter in the file last (GenericController.java, addIterationListener). A counter under a
 * sampler belongs to the controller around it (TestCompiler.java, trackIterationListeners). So the place of a counter in
 * the tree does not show which value a request sees.
 */
export function refuseSharedNames(testPlan: TestElement, variables: Variables, context: ImportContext): void {
  const ofAllThreads = testPlan.children.filter((child) => roleOf(child) === 'setting');
  for (const group of testPlan.children.filter((child) => roleOf(child) === 'group'))
    refuseSharedNamesOf([...ofAllThreads, ...group.children], variables, context);
}

function refuseSharedNamesOf(
  elements: readonly TestElement[],
  variables: Variables,
  context: ImportContext,
): void {
  const setters = new Map<string, TestElement[]>();
  for (const element of elements.flatMap(withDescendants))
    for (const name of namesSetBy(element, variables, context))
      setters.set(name, [...(setters.get(name) ?? []), element]);
  for (const [name, all] of setters)
    for (const element of all.filter(({ type }) => type === 'CounterConfig')) {
      const other = all.find((each) => each !== element);
      if (other !== undefined)
        context.refuse(
          element,
          `${name}: the element "${other.path}" sets this variable too: expected another name`,
        );
    }
}

function withDescendants(element: TestElement): TestElement[] {
  return [element, ...element.children.flatMap(withDescendants)];
}
