import type { RequestManagers } from '../../managers/managers.ts';
import { knownName, roleOf, type SettingName, stateOf } from '../registry.ts';
import { type TestElement, textOf } from '../tree.ts';
import type { ImportContext, Variables } from './context.ts';
import { type HeaderTexts, headersOfElement, mergeHeaders } from './header-manager.ts';
import { MANAGERS, type ManagerName, withManager } from './managers/apply-manager.ts';
import { refuseOtherProperties } from './properties.ts';
import { counterDefinition } from './variables/counter-config.ts';
import { checkUserParameters } from './variables/user-parameters.ts';
import { namesSetBy } from './variables/variable-setters.ts';

/** The settings that apply to all requests under one element of the tree. */
export interface TreeLevel {
  readonly variables: Variables;
  readonly headers: HeaderTexts;
  /** HTTP Request Defaults, the innermost first. */
  readonly defaults: readonly TestElement[];
  readonly timers: readonly TestElement[];
  /** User Parameters elements. JMeter evaluates them again for each request. */
  readonly userParameters: readonly TestElement[];
  /** Assertions in the order in which JMeter evaluates them: the outer ones first (TestCompiler.java). */
  readonly assertions: readonly TestElement[];
  readonly managers: RequestManagers;
  /** Extractors in the order in which JMeter runs them: the outer ones first (TestCompiler.java). */
  readonly extractors: readonly TestElement[];
}

/**
 * Applies the settings among the children of an element. Leaves out the children that only observe the test. Returns
 * the new level, and the other children.
 */
export function enter(
  parent: TestElement,
  outer: TreeLevel,
  context: ImportContext,
): { level: TreeLevel; rest: TestElement[] } {
  let level = outer;
  const rest: TestElement[] = [];
  const settings: { readonly name: SettingName; readonly child: TestElement }[] = [];
  for (const child of parent.children) {
    const name = knownName(child);
    const isObserver = roleOf(child) === 'observer';
    if (isSetting(name)) settings.push({ name, child });
    else if (!isObserver) rest.push(child);
    if (isSetting(name) || isObserver) for (const below of child.children) refuseTree(below, context);
    refuseVariables(child, parent, outer.variables, context);
  }
  for (const { name, child } of inOrderOfEffect(settings)) {
    refuseOtherProperties(child, context);
    level = SETTINGS[name](child, level, context);
  }
  return { level, rest };
}

/**
 * Puts settings into the order in which a later setting replaces an earlier one. Of several header managers or defaults
 * at one place of the tree, the first counts (TestCompiler.java, saveSamplerConfigs). Of several other managers, the last
 * counts, and a manager never replaces an earlier one.
 */
function inOrderOfEffect<T extends { readonly name: SettingName }>(settings: readonly T[]): T[] {
  const reversed: readonly string[] = ['HeaderManager', 'HttpDefaultsGui', ...MANAGERS];
  const isMerged = ({ name }: T) => reversed.includes(name);
  return [...settings.filter((each) => !isMerged(each)), ...settings.filter(isMerged).toReversed()];
}

/**
 * Refuses variables that an element sets later than at the start of a loop, if they have a value already. In JMeter the
 * new value stays in the thread, so requests outside the scope of the element have the new value too.
 */
function refuseVariables(
  element: TestElement,
  parent: TestElement,
  known: Variables,
  context: ImportContext,
): void {
  const ofSaver = textOf(element, 'FileSaver.variablename');
  if (ofSaver !== '') context.refuse(element, `FileSaver.variablename=${ofSaver} is not supported`);
  const names = namesSetBy(element, known, context);
  for (const name of names.filter((each) => context.setBySources.has(each)))
    context.refuse(
      element,
      `${name}: a CSV Data Set or Random Variable sets this variable too: expected another name`,
    );
  if (['plan', 'group'].includes(roleOf(parent))) return;
  for (const name of names)
    if (known.has(name))
      context.refuse(element, `${name}: the variable has a value already: expected another name`);
}

type Apply = (element: TestElement, level: TreeLevel, context: ImportContext) => TreeLevel;

function isSetting(name: string | null): name is SettingName {
  return name !== null && Object.hasOwn(SETTINGS, name);
}

const addAssertion: Apply = (element, level) => ({ ...level, assertions: [...level.assertions, element] });

const addManager =
  (name: ManagerName): Apply =>
  (element, level, context) => ({
    ...level,
    managers: withManager(name, element, level.managers, level.variables, context),
  });

const addExtractor: Apply = (element, level) => ({ ...level, extractors: [...level.extractors, element] });

const addTimer: Apply = (element, level) => ({ ...level, timers: [...level.timers, element] });

const SETTINGS: Readonly<Record<SettingName, Apply>> = {
  ResponseAssertion: addAssertion,
  DurationAssertion: addAssertion,
  SizeAssertion: addAssertion,
  JSONPathAssertion: addAssertion,
  JSONPostProcessor: addExtractor,
  RegexExtractor: addExtractor,
  BoundaryExtractor: addExtractor,
  // The function userDefinedVariables has already read all Arguments elements.
  Arguments: (_, level) => level,
  // The function readSources has already read these elements.
  CSVDataSet: (_, level) => level,
  RandomVariableConfig: (_, level) => level,
  HeaderManager: (element, level, context) => ({
    ...level,
    headers: mergeHeaders(level.headers, headersOfElement(element, context)),
  }),
  HttpDefaultsGui: (element, level) => ({ ...level, defaults: [element, ...level.defaults] }),
  CookieManager: addManager('CookieManager'),
  CacheManager: addManager('CacheManager'),
  AuthManager: addManager('AuthManager'),
  DNSCacheManager: addManager('DNSCacheManager'),
  CounterConfig: (element, level, context) => ({
    ...level,
    variables: new Map([...level.variables, ...counterDefinition(element, level.variables, context)]),
  }),
  ConstantTimer: addTimer,
  UniformRandomTimer: addTimer,
  GaussianRandomTimer: addTimer,
  PoissonRandomTimer: addTimer,
  ConstantThroughputTimer: addTimer,
  PreciseThroughputTimer: addTimer,
  UserParameters: (element, level, context) => {
    checkUserParameters(element, level.variables, context);
    return { ...level, userParameters: [...level.userParameters, element] };
  },
};

/** Refuses an element, and every refused element under it. */
export function refuseTree(element: TestElement, context: ImportContext): void {
  context.refuse(element, `${element.type} is not supported here`);
  refuseRefused(element.children, context);
}

function refuseRefused(elements: readonly TestElement[], context: ImportContext): void {
  for (const element of elements) {
    if (stateOf(element) === 'refused') refuseTree(element, context);
    else refuseRefused(element.children, context);
  }
}
