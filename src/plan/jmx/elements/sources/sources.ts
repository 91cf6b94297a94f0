import type { CsvSource, Source } from '../../../sources/source.ts';
import { roleOf } from '../../registry.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext, Variables } from '../context.ts';
import { Bean } from './bean.ts';
import { csvSource, refuseOtherReading } from './csv-data-set.ts';
import { randomSource } from './random-variable.ts';

/** The sources of a test plan, by their elements. */
type Sources = ReadonlyMap<TestElement, Source>;

/** Reads all elements that set variables at the start of iterations. */
export function readSources(testPlan: TestElement, variables: Variables, context: ImportContext): Sources {
  const sources = new Map<TestElement, Source>();
  const csvs = new Map<TestElement, CsvSource>();
  for (const [index, element] of withDescendants(testPlan).entries()) {
    const bean = new Bean(element, variables, context);
    const place = { element: index, controller: 0 };
    if (element.type === 'CSVDataSet') {
      const source = csvSource(bean, place, context.folder, context);
      if (source === null) continue;
      sources.set(element, source);
      csvs.set(element, source);
    } else if (element.type === 'RandomVariableConfig') {
      const source = randomSource(bean, place, context);
      if (source !== null) sources.set(element, source);
    }
  }
  refuseOtherReading(csvs, context);
  return sources;
}

/** Returns the names of the variables that the sources set. */
export function namesOf(sources: Sources): ReadonlySet<string> {
  return new Set([...sources.values()].flatMap((each) => ('names' in each ? each.names : [each.name])));
}

/**
 * Returns the sources of a thread group in the order in which JMeter runs them. JMeter puts the elements of the test plan
 * behind those of the group, and runs the last element first (StandardJMeterEngine.java, GenericController.java).
 */
export function sourcesOfGroup(group: TestElement, testPlan: readonly TestElement[], all: Sources): Source[] {
  const ofPlan = testPlan.filter((child) => roleOf(child) === 'setting');
  return [...group.children, ...ofPlan]
    .flatMap(boundElements)
    .flatMap((element) => all.get(element) ?? [])
    .reverse();
}

/**
 * Returns an element and the elements under it that belong to the controller around it. An element belongs to the nearest
 * controller (TestCompiler.java, trackIterationListeners).
 */
function boundElements(element: TestElement): TestElement[] {
  return isController(element) ? [] : [...element.children.flatMap(boundElements), element];
}

/** Refuses the sources in a thread group that belong to another controller than the group. */
export function refuseInnerSources(group: TestElement, all: Sources, context: ImportContext): void {
  const bound = new Set(group.children.flatMap(boundElements));
  for (const element of withDescendants(group))
    if (all.has(element) && !bound.has(element))
      context.refuse(
        element,
        `${element.type} in a controller is not supported: expected it in the thread group`,
      );
}

function isController(element: TestElement): boolean {
  return ['sequence', 'fragment'].includes(roleOf(element)) || element.type.endsWith('Controller');
}

function withDescendants(element: TestElement): TestElement[] {
  return [element, ...element.children.flatMap(withDescendants)];
}
