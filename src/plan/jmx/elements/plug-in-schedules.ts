import type { ThreadSpan } from '../../groups/group-fields.ts';
import { javaInt } from '../../language/java-int.ts';
import * as schema from '../../schema.ts';
import { collectionOf, type TestElement } from '../tree.ts';
import type { ParsedElement } from '../xml.ts';
import type { ImportContext } from './context.ts';

const STEPPING = 'kg.apc.jmeter.threads.SteppingThreadGroup';
const ULTIMATE = 'kg.apc.jmeter.threads.UltimateThreadGroup';
const ULTIMATE_ROWS = 'ultimatethreadgroupdata';
const SECOND_MS = 1000;
/** The plan refuses larger numbers of threads. This limit only bounds the memory until then. */
const MOST_THREADS = 100_001;

/** Returns the value of a property of the group. `text` is the text of the property, unless it is in a collection. */
export type Constant = (property: string, text?: string) => string;

/** Whether a thread group is from a plug-in that starts and ends each thread at a time of its own. */
export function isScheduled({ type }: Pick<TestElement, 'type'>): boolean {
  return type === STEPPING || type === ULTIMATE;
}

/** Returns the start and end of each thread. Null for a thread group of JMeter. */
export function scheduleOf(
  element: TestElement,
  constant: Constant,
  context: ImportContext,
): readonly ThreadSpan[] | null {
  if (element.type === STEPPING) return steppingSpans(steppingOf(element, constant, context));
  if (element.type !== ULTIMATE) return null;
  if (context.properties['threads_schedule'])
    context.refuse(element, 'the property threads_schedule is not supported: expected the rows of the file');
  return collectionOf(element, ULTIMATE_ROWS).flatMap((row) =>
    rowSpans(rowOf(row, element, constant, context)),
  );
}

/** The settings of a Stepping Thread Group: numbers of threads, and times in seconds. */
interface Stepping {
  readonly threads: number;
  readonly delay: number;
  readonly burst: number;
  readonly step: number;
  readonly period: number;
  readonly rampUp: number;
  readonly hold: number;
  readonly stopStep: number;
  readonly stopPeriod: number;
}

function steppingOf(element: TestElement, constant: Constant, context: ImportContext): Stepping {
  const number = (name: string) => whole(name, constant(name), element, context);
  const threads = number('ThreadGroup.num_threads');
  const counted =
    threads === 0 ? 0 : context.checked(element, 'ThreadGroup.num_threads', schema.threads, threads, 1);
  return {
    threads: counted,
    delay: number('Threads initial delay'),
    burst: number('Start users count burst'),
    step: number('Start users count'),
    period: number('Start users period'),
    rampUp: number('rampUp'),
    hold: number('flighttime'),
    stopStep: number('Stop users count'),
    stopPeriod: number('Stop users period'),
  };
}

/** Source: SteppingThreadGroup.java, scheduleThread (jmeter-plugins-casutg 2.10). */
function steppingSpans({
  threads,
  delay,
  period,
  rampUp,
  hold,
  stopPeriod,
  ...counts
}: Stepping): ThreadSpan[] {
  const step = counts.step || threads;
  const stopStep = counts.stopStep || threads;
  const burst = Math.min(counts.burst, threads) || step;
  const roundMs = (period + rampUp) * SECOND_MS;
  const rounds = threads < burst ? 1 : Math.ceil((threads - burst) / step);
  const lastRound = (threads - burst) % step || step;
  const partMs = (among: number) => Math.floor((rampUp * SECOND_MS) / among);
  const firstEndMs = (delay + hold) * SECOND_MS + rounds * roundMs + partMs(step) * lastRound;
  return Array.from({ length: threads }, (_, index) => {
    const isFirst = index < burst;
    const round = isFirst ? 0 : 1 + Math.floor((index - burst) / step);
    const position = isFirst ? index : (index - burst) % step;
    return {
      startMs: delay * SECOND_MS + round * roundMs + position * partMs(isFirst ? burst : step),
      endMs: firstEndMs + stopPeriod * SECOND_MS * Math.floor(index / stopStep),
    };
  });
}

/** A row of an Ultimate Thread Group: a number of threads, and times in seconds. */
interface UltimateRow {
  readonly threads: number;
  readonly delay: number;
  readonly startUp: number;
  readonly hold: number;
  readonly shutDown: number;
}

function rowOf(
  { children }: ParsedElement,
  element: TestElement,
  constant: Constant,
  context: ImportContext,
): UltimateRow {
  const values = children.map(({ text }) =>
    whole(ULTIMATE_ROWS, constant(ULTIMATE_ROWS, text), element, context),
  );
  const [threads = 0, delay = 0, startUp = 0, hold = 0, shutDown = 0] = values;
  if (values.length < 5 || threads === 0)
    context.refuse(element, `${ULTIMATE_ROWS}: expected rows with 5 numbers and at least 1 thread`);
  return { threads: Math.min(threads, MOST_THREADS), delay, startUp, hold, shutDown };
}

/**
 * The first thread of a row starts last. It also ends last. Source: UltimateThreadGroup.java, scheduleThread
 * (jmeter-plugins-casutg 2.10).
 */
function rowSpans({ threads, delay, startUp, hold, shutDown }: UltimateRow): ThreadSpan[] {
  return Array.from({ length: threads }, (_, index) => {
    const share = (seconds: number) => Math.floor((SECOND_MS * seconds * (threads - index)) / threads);
    return {
      startMs: delay * SECOND_MS + share(startUp),
      endMs: (delay + startUp + hold) * SECOND_MS + share(shutDown),
    };
  });
}

/** Reads a number as the plug-ins do: a text that is no number is 0. */
function whole(property: string, text: string, element: TestElement, context: ImportContext): number {
  return context.number(element, property, String(javaInt(text)));
}
