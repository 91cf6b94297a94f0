import { QblError } from '../../error.ts';
import { optionNames, type PlanOverrides } from '../override.ts';
import { readDocument } from './document.ts';
import { type SamplerGroup, samplersOf } from './http-samplers.ts';
import { type Edit, edited } from './text-edits.ts';
import { isTrue, propertiesOf, textOf } from './tree.ts';
import type { ParsedElement } from './xml.ts';

/** The options for the load that JMeter can read from the properties of a thread group. */
export type LoadOfGroup = Pick<
  PlanOverrides,
  'threads' | 'loops' | 'durationMs' | 'rampUpMs' | 'onSampleError'
>;

const MAIN = 'ThreadGroup.main_controller';
const SECOND_MS = 1000;

/**
 * Writes options for the load into the only thread group of a .jmx file. SetUp and tearDown thread groups keep their load.
 * @throws QblError 'usage' if the options are not well-defined for the file
 */
export function withLoad(file: string, text: string, load: LoadOfGroup): string {
  const { threads, loops, durationMs, rampUpMs, onSampleError } = load;
  const names = optionNames({ threads, loops, durationMs, rampUpMs, onSampleError }).join(', ');
  if (names === '') return text;
  const groups = samplersOf(readDocument(file, text).root).groups.filter(({ kind }) => kind === 'plain');
  const [group] = groups;
  if (group === undefined || groups.length > 1)
    throw new QblError(
      'usage',
      `${file} has ${groups.length} thread groups, but ${names} can change only a single group: set the values in the file`,
    );
  const main = group.element.properties.get(MAIN);
  if (group.element.type !== 'ThreadGroup' || !isLoopController(main))
    throw new QblError(
      'usage',
      `${file}: ${names} can change only a ThreadGroup with a LoopController: set the values in the file`,
    );
  return edited(text, [
    ...editsOf(text, group.parsed, group.element.properties, groupValues(group, load)),
    ...editsOf(text, main, propertiesOf(main), controllerValues(load)),
  ]);
}

function isLoopController(main: ParsedElement | undefined): main is ParsedElement {
  return main !== undefined && main.attributes['elementType'] === 'LoopController' && !main.isOneTag;
}

type Values = Readonly<Record<string, string>>;

function groupValues({ element }: SamplerGroup, load: LoadOfGroup): Values {
  const { threads, rampUpMs, onSampleError } = load;
  return {
    ...(threads === undefined ? {} : { 'ThreadGroup.num_threads': String(threads) }),
    ...(rampUpMs === undefined ? {} : { 'ThreadGroup.ramp_time': seconds('--ramp-up', rampUpMs) }),
    ...(onSampleError === undefined ? {} : { 'ThreadGroup.on_sample_error': onSampleError }),
    ...scheduleValues(element, load),
  };
}

/** Without the scheduler, JMeter ignores duration and delay (ThreadGroup.java, scheduleThread). */
function scheduleValues(element: SamplerGroup['element'], { loops, durationMs }: LoadOfGroup): Values {
  if (durationMs === undefined && loops === undefined) return {};
  const scheduler = textOf(element, 'ThreadGroup.scheduler').trim();
  const isOff = scheduler === '' || scheduler.toLowerCase() === 'false';
  if (durationMs === undefined) {
    if (!isOff) refuseDelay(element);
    return { 'ThreadGroup.scheduler': 'false' };
  }
  if (!isOff && !isTrue(scheduler)) refuseDelay(element);
  return {
    'ThreadGroup.scheduler': 'true',
    'ThreadGroup.duration': seconds('--duration', durationMs),
    ...(isOff ? { 'ThreadGroup.delay': '0' } : {}),
  };
}

/** Refuses a delay that would begin or end to have an effect. */
function refuseDelay(element: SamplerGroup['element']): void {
  if (/^0*$/.test(textOf(element, 'ThreadGroup.delay').trim())) return;
  throw new QblError(
    'usage',
    `${element.name}: the start delay of the thread group has an effect only together with the scheduler: set loops and duration in the file`,
  );
}

/** Loops replace a duration and a duration replaces loops, unless both are set. */
function controllerValues({ loops, durationMs }: LoadOfGroup): Values {
  if (loops === undefined) return durationMs === undefined ? {} : { 'LoopController.loops': '-1' };
  // With another value, JMeter ignores the number of loops.
  return { 'LoopController.loops': String(loops), 'LoopController.continue_forever': 'false' };
}

function seconds(option: string, ms: number): string {
  if (ms % SECOND_MS === 0) return String(ms / SECOND_MS);
  throw new QblError('usage', `${option} of ${ms} ms: JMeter needs whole seconds`);
}

/** Replaces the properties of an element by new ones. Adds the properties that the element does not have. */
function editsOf(
  text: string,
  element: ParsedElement,
  properties: ReadonlyMap<string, ParsedElement>,
  values: Values,
): Edit[] {
  return Object.entries(values).map(([name, value]) => {
    const known = properties.get(name);
    const property = `<stringProp name="${name}">${value}</stringProp>`;
    if (known !== undefined)
      return { from: text.lastIndexOf('<', known.start - 1), to: known.end, text: property };
    const end = text.lastIndexOf('<', element.end - 1);
    return { from: end, to: end, text: property };
  });
}
