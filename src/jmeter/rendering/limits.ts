import { QblError } from '../../error.ts';
import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';
import { RATE_PARTS } from './pauses.ts';

/**
 * Holds a plan against what JMeter can do as exactly as `blast`.
 * @throws QblError 'usage' that lists everything that it cannot
 */
export function checkRenderable(plan: Plan): void {
  const mistakes = [
    ...rateMistakes(plan),
    ...plan.threadGroups.flatMap((group) => [
      ...groupMistakes(group),
      ...group.requests.flatMap(requestMistakes),
    ]),
  ];
  if (mistakes.length === 0) return;
  throw new QblError('usage', ['JMeter cannot do all of this plan:', ...mistakes].join('\n'), {
    hint: 'qbl blast can.',
  });
}

/** The schedule counts its slots in one place, and a pause there is one for each loop. */
function rateMistakes({ rate, threadGroups }: Plan): string[] {
  const requests = threadGroups.reduce((sum, group) => sum + group.requests.length, 0);
  if (rate === null) return [];
  return [
    ...(requests > 1 ? [`a rate over ${requests} requests: it schedules only one`] : []),
    ...(isWhole(rate * RATE_PARTS) ? [] : [`a rate of ${rate}: it takes three decimals`]),
  ];
}

function groupMistakes({ name, rampUpMs, durationMs, startDelayMs = 0 }: ThreadGroup): string[] {
  return [
    ...wholeSeconds(`${name}: ramp-up`, rampUpMs),
    ...(durationMs === null ? [] : wholeSeconds(`${name}: duration`, durationMs)),
    ...wholeSeconds(`${name}: start delay`, startDelayMs),
    ...(startDelayMs > 0 && durationMs === null ? [`${name}: a start delay without a duration`] : []),
  ];
}

function wholeSeconds(what: string, ms: number): string[] {
  return isWhole(ms / 1000) ? [] : [`${what} of ${ms} ms: it counts in whole seconds`];
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/** HTTPHC4Impl.java: these methods have no entity; header values are written as ASCII. */
function requestMistakes({ name, method, body, headers }: Request): string[] {
  const withoutBody = method === 'HEAD' || method === 'OPTIONS';
  const notAscii = Object.entries(headers).filter(([, value]) => /[^\t\x20-\x7e]/.test(value));
  return [
    ...(withoutBody && body !== null ? [`${name}: ${method} with a body: it sends none`] : []),
    ...notAscii.map(([header]) => `${name}: the header ${header}: it sends ASCII only`),
  ];
}
