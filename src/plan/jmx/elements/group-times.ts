import type { GroupTimes } from '../../groups/group-fields.ts';
import { threadStartMs } from '../../groups/thread-spans.ts';
import { javaInt, javaLong } from '../../language/java-int.ts';
import type { ThreadGroup } from '../../plan.ts';
import * as schema from '../../schema.ts';
import { isTrue, type TestElement } from '../tree.ts';
import type { ImportContext } from './context.ts';
import { type Constant, scheduleOf } from './plug-in-schedules.ts';

const SECOND_MS = 1000;
/** Maximum length of durations and delays, because Node's timers cannot wait longer. */
const MOST_SECONDS = 2_000_000;

type Times = Pick<ThreadGroup, 'threads' | 'durationMs' | 'rampUpMs'> & GroupTimes;

/** Reads how many threads a group has, and when each of them starts and ends. */
export function timesOf(element: TestElement, constant: Constant, context: ImportContext): Times {
  const schedule = scheduleOf(element, constant, context);
  if (schedule === null) return { ...kindOf(element), ...rampUpOf(element, constant, context) };
  if (schedule.some(({ startMs, endMs }) => startMs >= endMs))
    context.refuse(
      element,
      'expected threads that end after their start: JMeter sends one request with each other thread',
    );
  if (schedule.some(({ endMs }) => endMs > MOST_SECONDS * SECOND_MS))
    context.refuse(element, `expected threads that end after at most ${MOST_SECONDS} s`);
  const threads =
    schedule.length === 0 ? 0 : context.checked(element, 'threads', schema.threads, schedule.length, 1);
  return { threads, rampUpMs: 0, durationMs: null, schedule };
}

function kindOf({ type }: TestElement): Pick<GroupTimes, 'kind'> {
  if (type === 'SetupThreadGroup') return { kind: 'setUp' };
  return type === 'PostThreadGroup' ? { kind: 'tearDown' } : {};
}

function rampUpOf(element: TestElement, constant: Constant, context: ImportContext): Times {
  const threads = threadsOf(element, constant, context);
  const rampUpMs = seconds('ThreadGroup.ramp_time', element, constant, context);
  const delayedStart = isTrue(constant('ThreadGroup.delayedStart'));
  const limits = limitsOf(element, constant, context);
  const { durationMs } = limits;
  const lastStartMs = threads === 0 || delayedStart ? 0 : threadStartMs(rampUpMs, threads, threads - 1);
  if (durationMs !== null && durationMs > 0 && lastStartMs >= durationMs)
    context.refuse(
      element,
      'ThreadGroup.ramp_time: expected all threads to start before the duration ends, because JMeter sends one request with each later thread',
    );
  return { threads, rampUpMs, ...limits, ...(delayedStart ? { delayedStart } : {}) };
}

/** Reads the number of threads. A group without a positive number sends nothing (tried with JMeter 5.6.3). */
function threadsOf(element: TestElement, constant: Constant, context: ImportContext): number {
  const name = 'ThreadGroup.num_threads';
  const threads = javaInt(constant(name));
  return threads <= 0 ? 0 : context.checked(element, name, schema.threads, threads, 1);
}

function seconds(name: string, element: TestElement, constant: Constant, context: ImportContext): number {
  return context.number(element, name, String(javaLong(constant(name))), MOST_SECONDS) * SECOND_MS;
}

/** Reads duration and delay. Without the scheduler, JMeter ignores both (ThreadGroup.java, scheduleThread). */
function limitsOf(
  element: TestElement,
  constant: Constant,
  context: ImportContext,
): Pick<ThreadGroup, 'durationMs' | 'startDelayMs'> {
  if (!isTrue(constant('ThreadGroup.scheduler'))) return { durationMs: null };
  const durationMs = seconds('ThreadGroup.duration', element, constant, context);
  const startDelayMs = seconds('ThreadGroup.delay', element, constant, context);
  if (durationMs === 0)
    context.refuse(element, 'ThreadGroup.duration: expected a duration above 0, because the scheduler is on');
  return { durationMs, ...(startDelayMs === 0 ? {} : { startDelayMs }) };
}
