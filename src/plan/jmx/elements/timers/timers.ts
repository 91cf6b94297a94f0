import type { Scope } from '../../../language/evaluate.ts';
import type { FilledText } from '../../../language/filled-text.ts';
import { javaDouble, javaLong } from '../../../language/java-int.ts';
import type { RandomTimer, Timer } from '../../../timers/timer.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import { preciseTimer, throughputTimer } from './throughput-timers.ts';

/** Longest delay of a constant timer in milliseconds. */
const MOST_MS = 2 ** 31 - 1;

/** Reads the timers that make a thread wait before a request. */
export function importTimers(
  elements: readonly TestElement[],
  scope: Scope,
  context: ImportContext,
): readonly Timer[] {
  return elements.map((element) => timerOf(element, scope, context));
}

function timerOf(element: TestElement, scope: Scope, context: ImportContext): Timer {
  switch (element.type) {
    case 'ConstantThroughputTimer':
      return throughputTimer(element, scope, context);
    case 'PreciseThroughputTimer':
      return preciseTimer(element, scope, context);
    case 'GaussianRandomTimer':
      return randomTimer('gaussian', element, scope, context);
    case 'PoissonRandomTimer':
      return randomTimer('poisson', element, scope, context);
    default:
      return simplest(randomTimer('uniform', element, scope, context), element, context);
  }
}

function randomTimer(
  kind: RandomTimer['kind'],
  element: TestElement,
  scope: Scope,
  context: ImportContext,
): RandomTimer {
  const filled = (name: string): FilledText =>
    element.properties.has(name) ? context.runTimeText(element, name, scope) : [];
  return { kind, delay: filled('ConstantTimer.delay'), range: filled('RandomTimer.range') };
}

/** Returns a timer with constant whole numbers as a pause. Refuses a constant delay that is negative or too long. */
function simplest(timer: RandomTimer, element: TestElement, context: ImportContext): Timer {
  const [delay, range] = [constantText(timer.delay), constantText(timer.range)];
  if (delay === null || range === null) return timer;
  const numbers = [
    ['ConstantTimer.delay', javaLong(delay)],
    ['RandomTimer.range', javaDouble(range)],
  ] as const;
  for (const [name, value] of numbers) context.number(element, name, String(value), MOST_MS);
  const [delayMs, rangeMs] = [numbers[0][1], numbers[1][1]];
  return Number.isInteger(rangeMs) ? { delayMs, rangeMs } : timer;
}

function constantText(text: FilledText): string | null {
  return text.every((part) => 'literal' in part)
    ? text.map((part) => ('literal' in part ? part.literal : '')).join('')
    : null;
}
