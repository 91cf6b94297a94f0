import { dirname, resolve } from 'node:path';
import { QblError } from '../../error.ts';
import { MAX_PER_PLAN } from '../../message/identity.ts';
import { shellWord } from '../../shell-word.ts';
import type { GroupOrder } from '../groups/group-fields.ts';
import { inOrder } from '../groups/stages.ts';
import type { LocatedMistake, Mistake, PlanSource } from '../mistakes/mistake.ts';
import type { Plan } from '../plan.ts';
import * as schema from '../schema.ts';
import { readDocument } from './document.ts';
import { ImportContext, type JmxRefusal, type Variables } from './elements/context.ts';
import { refuseSharedCounters } from './elements/controllers/flow.ts';
import { refuseWithRequests } from './elements/group-requests.ts';
import { enter, type TreeLevel } from './elements/level.ts';
import { refuseOtherProperties } from './elements/properties.ts';
import { namesOf, readSources, refuseInnerSources, sourcesOfGroup } from './elements/sources/sources.ts';
import { type ImportedGroup, importRefusedGroup, importThreadGroup } from './elements/thread-group.ts';
import { refuseSharedCounterFunctions } from './elements/variables/counter-functions.ts';
import { userDefinedVariables } from './elements/variables/user-defined-variables.ts';
import {
  namesSetInScopes,
  refuseSharedNames,
  setWhileRunning,
} from './elements/variables/variable-setters.ts';
import { knownName, roleOf } from './registry.ts';
import type { TestElement } from './tree.ts';

/** What qbl can say of a .jmx file as a plan. */
export interface JmxPlan extends PlanSource {
  readonly hint: string;
  /** The parts of the file that the plan does not have as JMeter has them, in the order of the file. */
  readonly refusals: readonly JmxRefusal[];
  /** Facts about the plan that may surprise the user. */
  readonly notes: readonly string[];
}

/**
 * Reads a JMeter .jmx file as a plan. Leaves out listeners and disabled elements. Refuses everything else that qbl
 * would not send as JMeter does.
 * @param properties JMeter's properties, which replace `${__P(name)}`
 * @throws QblError 'usage' that names every refused part with its path in the tree
 */
export function importJmx(
  file: string,
  text: string,
  properties: Readonly<Record<string, string>>,
  onNote: (line: string) => void,
): PlanSource {
  const jmx = readJmx(file, text, properties);
  if (jmx.refusals.length > 0) throw refusalError(file, jmx);
  for (const note of jmx.notes) onNote(note);
  return jmx;
}

/**
 * Reads as much of a JMeter .jmx file as a plan can say.
 * @throws QblError 'usage' if the file is not a .jmx file
 */
export function readJmx(file: string, text: string, properties: Readonly<Record<string, string>>): JmxPlan {
  const { testPlan, beside } = readDocument(file, text);
  const context = new ImportContext(properties, setWhileRunning(testPlan));
  const defined = userDefinedVariables(testPlan, context);
  context.folder = resolve(dirname(file));
  context.sources = readSources(testPlan, defined, context);
  context.setBySources = namesOf(context.sources);
  context.setInScopes = namesSetInScopes(testPlan, defined, context);
  const { level, rest } = enterTestPlan(testPlan, defined, context);
  refuseSharedNames(testPlan, level.variables, context);
  refuseSharedCounterFunctions(testPlan, context);
  refuseSharedCounters(testPlan, context);
  const groups = inOrder(
    rest.flatMap((element) => importGroup(element, level, testPlan, context)),
    ({ group }) => group.kind,
  );
  for (const element of beside) checkBeside(element, context);
  refuseNumber(groups, testPlan, context);
  const name = context.constant(testPlan, 'testname', testPlan.name || 'Plan', level.variables);
  const plan = {
    name: context.checked(testPlan, 'testname', schema.oneLine, name, ''),
    threadGroups: groups.map(({ group }) => group),
    ...orderOf(groups, testPlan, level, context),
    rate: null,
    javaUrls: true as const,
    ...variablesOf(defined, groups, context),
    ...managersOf(context),
  };
  return {
    plan,
    locate: (mistake) => locate(file, testPlan, groups, mistake),
    hint: `To let JMeter send the plan, use: qbl jmeter --plan ${shellWord(file)}`,
    refusals: context.refusals.toSorted((a, b) => a.line - b.line),
    notes: context.notes,
  };
}

/** Returns the variables that the plan defines. Threads need variables of their own only if a text or a controller uses them. */
function variablesOf(
  variables: Variables,
  groups: readonly ImportedGroup[],
  { ownVariables: { list }, needsThreads }: ImportContext,
): Pick<Plan, 'variables' | 'threadVariables'> {
  const own = list.length === 0 ? {} : { variables: list };
  const hasFlow = groups.some(({ group }) => group.flow !== undefined);
  if (!needsThreads && !hasFlow && !list.some(({ kind }) => kind === 'text')) return own;
  const values = [...variables].map(([name, definition]) => [name, definition(null)] as const);
  return { ...own, threadVariables: Object.fromEntries(values) };
}

function managersOf({ ownManagers: { all } }: ImportContext): Pick<Plan, 'managers'> {
  return all === undefined ? {} : { managers: all };
}

/** Reads an element directly under the test plan. Returns nothing for an element that is no thread group. */
function importGroup(
  element: TestElement,
  level: TreeLevel,
  testPlan: TestElement,
  context: ImportContext,
): ImportedGroup[] {
  const role = roleOf(element);
  if (role === 'group') return [withSources(importThreadGroup(element, level, context), testPlan, context)];
  if (role === 'refused group') return [importRefusedGroup(element, level, context)];
  if (role === 'never runs' || role === 'fragment') refuseWhatRuns(element.children, context);
  else refuseWithRequests(element, level, context);
  return [];
}

function withSources(
  imported: ImportedGroup,
  { children }: TestElement,
  context: ImportContext,
): ImportedGroup {
  refuseInnerSources(imported.element, context.sources, context);
  const sources = sourcesOfGroup(imported.element, children, context.sources);
  return sources.length === 0 ? imported : { ...imported, group: { ...imported.group, sources } };
}

/** Checks an element beside the test plan. Only variables and thread groups have an effect there. */
function checkBeside(element: TestElement, context: ImportContext): void {
  if (roleOf(element) !== 'never runs')
    context.refuse(element, `${element.type} beside the TestPlan is not supported`);
  else refuseWhatRuns(element.children, context, ['Arguments']);
}

/**
 * Refuses what JMeter runs although the element around it never runs: thread groups at any depth of the tree
 * (StandardJMeterEngine.java, run), and further types.
 */
function refuseWhatRuns(
  elements: readonly TestElement[],
  context: ImportContext,
  types: readonly string[] = [],
): void {
  for (const element of elements) {
    const runs = ['group', 'refused group'].includes(roleOf(element)) || types.includes(element.type);
    if (runs || knownName(element) === null) context.refuse(element, `${element.type} is not supported here`);
    refuseWhatRuns(element.children, context, types);
  }
}

function enterTestPlan(
  testPlan: TestElement,
  variables: Variables,
  context: ImportContext,
): ReturnType<typeof enter> {
  const outermost: TreeLevel = {
    variables,
    headers: new Map(),
    defaults: [],
    timers: [],
    userParameters: [],
    assertions: [],
    managers: {},
    extractors: [],
  };
  refuseOtherProperties(testPlan, context);
  return enter(testPlan, outermost, context);
}

function refuseNumber(groups: readonly ImportedGroup[], testPlan: TestElement, context: ImportContext): void {
  if (groups.length === 0) context.refuse(testPlan, 'the test plan has no enabled thread group');
  if (groups.length > MAX_PER_PLAN)
    context.refuse(testPlan, `expected at most ${MAX_PER_PLAN} thread groups`);
}

function orderOf(
  groups: readonly ImportedGroup[],
  testPlan: TestElement,
  { variables }: TreeLevel,
  context: ImportContext,
): GroupOrder {
  const isSerial = context.isTrue(testPlan, 'TestPlan.serialize_threadgroups', variables);
  const tearsDown = context.isTrue(testPlan, 'TestPlan.tearDown_on_shutdown', variables);
  return {
    ...(isSerial && groups.length > 1 ? { oneGroupAtATime: true } : {}),
    ...(tearsDown && groups.some(({ group }) => group.kind === 'tearDown')
      ? { tearDownAfterStop: true }
      : {}),
  };
}

/** Returns the error that lists all refused parts. */
function refusalError(file: string, { refusals, hint }: Pick<JmxPlan, 'refusals' | 'hint'>): QblError {
  const lines = refusals.map(({ line, path, message }) => `${file}:${line} ${path}: ${message}`);
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return new QblError('usage', only, { hint });
  return new QblError('usage', `${file} has ${lines.length} parts that qbl cannot send:`, {
    details: lines,
    hint,
  });
}

/**
 * Returns the element of the file that a field of the plan comes from: `threadGroups[g]` or
 * `threadGroups[g].requests[r]`.
 */
function locate(
  file: string,
  testPlan: TestElement,
  groups: readonly ImportedGroup[],
  { path, message }: Mistake,
): LocatedMistake {
  const [, g, , r, ...field] = path;
  const group = groups[Number(g)];
  const request = group?.requests[Number(r)];
  const { line, path: place } = request ?? group?.element ?? testPlan;
  const name = field.length === 0 ? '' : `${field.map(String).join('.')}: `;
  return { line, text: `${file}:${line} ${place}: ${name}${message}` };
}
