import type { ServiceProgress } from '../../process/messages.ts';
import {
  provenClockAheadMs,
  type ServiceEnd,
  type ServiceRecord,
} from '../../runs/documents/service-json.ts';
import { formatCount, formatMs } from '../figures.ts';
import type { Style } from './style.ts';
import { pairTable } from './table.ts';

export function serviceLine(progress: ServiceProgress): string {
  const { processed, others, backlog, perSecond, oldestAgeMs } = progress;
  const parts = [`consuming  ${formatCount(processed)} done`];
  if (others > 0) parts.push(`${formatCount(others)} of other runs`);
  parts.push(`${formatCount(Math.round(perSecond))}/s`);
  parts.push(`backlog ${backlog === null ? '?' : formatCount(backlog)}`);
  // The age is not known while the waiting messages are older than the service.
  if (oldestAgeMs !== null && oldestAgeMs > 0) parts.push(`oldest ${formatAge(oldestAgeMs)}`);
  return parts.join('  ');
}

export function serviceText(end: ServiceEnd, columns: number | null, style: Style): string {
  const { processed, attempts, failed, deadLettered, redelivered, others, perSecond } = end;
  const fault = (count: number) => (count > 0 ? style.yellow(formatCount(count)) : formatCount(count));
  // If a clock is ahead, messages wait longer than their time stamps show.
  const least = end.longestAgeMs === null || provenClockAheadMs(end) === null ? '' : 'at least ';
  const messages = [
    ['processed', formatCount(processed)],
    ['dead-lettered', fault(deadLettered)],
    ['redelivered', fault(redelivered)],
    ['peak backlog', orUnknown(end.peakBacklog, formatCount)],
    ...(others === 0 ? [] : [['of other runs', style.yellow(formatCount(others))] as const]),
  ] as const;
  const work = [
    ['attempts', formatCount(attempts)],
    ['failed', fault(failed)],
    ['per second', formatCount(Math.round(perSecond * 10) / 10)],
    ['longest age', `${least}${orUnknown(end.longestAgeMs, formatAge)}`],
  ] as const;
  return pairTable([messages, work], columns);
}

/**
 * Says that a service was slower than configured, with the possible reasons. Null if it was not slower, or if its speed
 * is not known.
 */
export function missedPaceText({ options, end }: Pick<ServiceRecord, 'options' | 'end'>): string | null {
  const pace = end?.pace ?? null;
  if (pace === null || pace.isKept) return null;
  const { achievedPerSecond, configuredPerSecond, backlogMs } = pace;
  const perSecond = (value: number) => `${Number(value.toPrecision(3)).toLocaleString('en')}`;
  const started = `the service started ${perSecond(achievedPerSecond)} attempts a second instead of the configured ${perSecond(configuredPerSecond)}`;
  const reasons = [
    'this machine or its connection to the queue was too slow',
    ...(options.deadLetter === null ? [] : ['messages waited for the dead-letter queue']),
    'or a free instance got none of these messages',
  ];
  return `${started}, while messages waited (${formatAge(backlogMs)} in total): ${reasons.join(', ')}`;
}

function orUnknown(value: number | null, format: (value: number) => string): string {
  return value === null ? 'unknown' : format(value);
}

function formatAge(ms: number): string {
  return ms < 10_000 ? `${formatMs(ms)} ms` : `${formatCount(Math.round(ms / 1000))} s`;
}
