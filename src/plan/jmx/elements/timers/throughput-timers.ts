import type { Scope } from '../../../language/evaluate.ts';
import { javaDouble } from '../../../language/java-int.ts';
import {
  type PreciseTimer,
  THROUGHPUT_MODES,
  type ThroughputMode,
  type ThroughputTimer,
} from '../../../timers/timer.ts';
import { type TestElement, textOf } from '../../tree.ts';
import type { ImportContext } from '../context.ts';

/** Reads a Constant Throughput Timer. */
export function throughputTimer(element: TestElement, scope: Scope, context: ImportContext): ThroughputTimer {
  return {
    kind: 'throughput',
    element: `${element.line} ${element.path}`,
    perMinute: context.runTimeText(element, 'throughput', scope),
    mode: modeOf(element, scope, context),
  };
}

/** The texts of the modes that JMeter before version 2.13 wrote (ConstantThroughputTimerResources.properties). */
const ENGLISH_MODES = [
  'this thread only',
  'all active threads',
  'all active threads in current thread group',
  'all active threads (shared)',
  'all active threads in current thread group (shared)',
];

/** The first mode in other languages. JMeter also takes every text that it cannot read for the first mode. */
const FIRST_MODE_ELSEWHERE = [
  'Nur dieser Thread',
  'cette unité seulement',
  'solamente este hilo',
  'este usuário virtual (thread) somente',
];

function modeOf(element: TestElement, scope: Scope, context: ImportContext): ThroughputMode {
  const text = context.constantIn(element, 'calcMode', textOf(element, 'calcMode'), scope);
  const index = /^[0-4]$/.test(text) ? Number(text) : ENGLISH_MODES.indexOf(text);
  const mode = THROUGHPUT_MODES[index];
  if (mode !== undefined) return mode;
  if (text !== '' && !FIRST_MODE_ELSEWHERE.includes(text))
    context.refuse(element, `calcMode: expected a number from 0 to 4, not ${JSON.stringify(text)}`);
  return 'thread';
}

/** The most random times that a Precise Throughput Timer may draw at once. */
const MOST_TIMES = 5_000_000;

/** Reads a Precise Throughput Timer. Its properties must be constant. */
export function preciseTimer(element: TestElement, scope: Scope, context: ImportContext): PreciseTimer {
  const constant = (name: string) => context.constantIn(element, name, textOf(element, name), scope);
  const whole = (name: string, least: number, most = 2 ** 31 - 1) => {
    const text = constant(name);
    if (/^[+-]?\d+$/.test(text)) return context.number(element, name, String(Number(text)), most, least);
    // JMeter takes a text that is no whole number for 0.
    return context.number(element, name, least > 0 ? text || '0' : '0', most, least);
  };
  const throughput = javaDouble(constant('throughput'));
  const timer: PreciseTimer = {
    kind: 'precise',
    throughput,
    periodSeconds: whole('throughputPeriod', 1),
    durationSeconds: whole('duration', 1),
    batchSize: whole('batchSize', 1),
    seed: whole('randomSeed', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  };
  if (throughput <= 0) context.refuse(element, 'throughput: expected a number above 0');
  const times = (throughput / timer.periodSeconds) * timer.durationSeconds;
  if (times > MOST_TIMES)
    context.refuse(element, `duration: expected at most ${MOST_TIMES} messages in this time`);
  return timer;
}
