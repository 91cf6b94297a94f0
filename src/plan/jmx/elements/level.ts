import type { Timer } from '../../plan.ts';
import { type TestElement, textOf } from '../tree.ts';
import type { ImportContext, Variables } from './context.ts';
import { counterDefinition } from './counter-config.ts';
import { type HeaderTexts, headersOfElement, mergeHeaders } from './header-manager.ts';
import { refuseOtherProperties } from './properties.ts';
import { checkUserParameters } from './user-parameters.ts';

/** The settings that apply to all requests under one element of the tree. */
export interface TreeLevel {
  readonly variables: Variables;
  readonly headers: HeaderTexts;
  /** HTTP Request Defaults, the innermost first. */
  readonly defaults: readonly TestElement[];
  readonly timers: readonly Timer[];
  /** User Parameters elements. JMeter evaluates them again for each request. */
  readonly userParameters: readonly TestElement[];
}

/** Listeners. They are left out, because they do not change what is sent. */
const LISTENERS = ['ResultCollector', 'Summariser', 'BackendListener'];

/**
 * Applies the configuration elements among the children of an element. Returns the new level, and the other children.
 */
export function enter(
  parent: TestElement,
  outer: TreeLevel,
  context: ImportContext,
): { level: TreeLevel; rest: TestElement[] } {
  let level = outer;
  const rest: TestElement[] = [];
  for (const child of parent.children) {
    const configure = configurationOf(child);
    if (configure === undefined) {
      rest.push(child);
      continue;
    }
    if (!LISTENERS.includes(child.type)) refuseOtherProperties(child, context);
    for (const below of child.children) refuseTree(below, context);
    level = configure(child, level, context);
  }
  return { level, rest };
}

type Configure = (element: TestElement, level: TreeLevel, context: ImportContext) => TreeLevel;

function configurationOf({ type, guiClass }: TestElement): Configure | undefined {
  if (LISTENERS.includes(type)) return (_, level) => level;
  if (type === 'ConfigTestElement' && guiClass !== 'HttpDefaultsGui') return undefined;
  return Object.hasOwn(CONFIGURATION, type) ? CONFIGURATION[type] : undefined;
}

const CONFIGURATION: Readonly<Record<string, Configure>> = {
  // The function userDefinedVariables has already read all Arguments elements.
  Arguments: (_, level) => level,
  HeaderManager: (element, level, context) => ({
    ...level,
    headers: mergeHeaders(level.headers, headersOfElement(element, context)),
  }),
  ConfigTestElement: (element, level) => ({ ...level, defaults: [element, ...level.defaults] }),
  CounterConfig: (element, level, context) => ({
    ...level,
    variables: new Map([...level.variables, ...counterDefinition(element, level.variables, context)]),
  }),
  ConstantTimer: (element, level, context) => ({
    ...level,
    timers: [
      ...level.timers,
      { delayMs: milliseconds(element, 'ConstantTimer.delay', level, context), rangeMs: 0 },
    ],
  }),
  UniformRandomTimer: (element, level, context) => ({
    ...level,
    timers: [
      ...level.timers,
      {
        delayMs: milliseconds(element, 'ConstantTimer.delay', level, context),
        rangeMs: milliseconds(element, 'RandomTimer.range', level, context),
      },
    ],
  }),
  UserParameters: (element, level, context) => {
    checkUserParameters(element, level.variables, context);
    return { ...level, userParameters: [...level.userParameters, element] };
  },
};

function milliseconds(element: TestElement, name: string, level: TreeLevel, context: ImportContext): number {
  return Math.floor(
    context.number(element, name, context.constant(element, name, textOf(element, name), level.variables)),
  );
}

/**
 * Types of elements that qbl reads in other places of the tree. Such an element gets no error of its own if it is inside
 * an unsupported element.
 */
const KNOWN_TYPES = [...LISTENERS, ...Object.keys(CONFIGURATION), 'HTTPSamplerProxy', 'ThreadGroup'];

/** Refuses an element, and every element under it whose type qbl does not know. */
export function refuseTree(element: TestElement, context: ImportContext): void {
  context.refuse(element, `${element.type} is not supported here`);
  refuseUnknown(element.children, context);
}

function refuseUnknown(elements: readonly TestElement[], context: ImportContext): void {
  for (const element of elements) {
    if (KNOWN_TYPES.includes(element.type)) refuseUnknown(element.children, context);
    else refuseTree(element, context);
  }
}
