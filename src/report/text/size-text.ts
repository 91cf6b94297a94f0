import { workOf } from '../../capacity/capacity.ts';
import type { Work } from '../../capacity/work.ts';
import { plural } from '../../plural.ts';
import { capacityPerSecond, type Service } from '../../size/service/service.ts';
import type { Sizing } from '../../size/sizing.ts';
import { formatCount } from '../figures.ts';
import { fittedTable } from './table.ts';

const MODELS = { fluid: 'fluid model', lindley: "Lindley's recursion" };

export function sizeText(sizings: readonly Sizing[], headroom: string, columns: number | null): string {
  const rows = [
    ['', ...sizings.map(({ model }) => MODELS[model])],
    ...leastRows(sizings, headroom),
    row('messages', sizings, ({ prediction }) => formatCount(Math.round(prediction.messages))),
    row('peak backlog', sizings, ({ prediction }) => formatCount(Math.round(prediction.peakBacklog))),
    row('  reached at', sizings, ({ prediction }) => formatTime(prediction.peakAtMs)),
    row('mean wait', sizings, ({ prediction }) => formatTime(prediction.meanWaitMs)),
    row('p99 wait', sizings, ({ prediction }) => formatTime(prediction.p99WaitMs)),
    row('longest wait', sizings, ({ prediction }) => formatTime(prediction.longestWaitMs)),
    row('longest until processed', sizings, ({ prediction }) =>
      formatTime(prediction.longestUntilProcessedMs),
    ),
    row('drained at', sizings, ({ prediction }) => formatTime(prediction.drainedAtMs)),
    row(
      'mean utilisation',
      sizings,
      ({ prediction }) => `${(prediction.meanUtilisation * 100).toFixed(1)} %`,
    ),
  ];
  return fittedTable(rows, ['left', ...sizings.map((): 'right' => 'right')], columns);
}

function row(name: string, sizings: readonly Sizing[], cell: (sizing: Sizing) => string): string[] {
  return [name, ...sizings.map(cell)];
}

/** Rounds up, because the rate that is shown must be enough. */
function leastRows(sizings: readonly Sizing[], headroom: string): string[][] {
  const rows = [
    row('', sizings, ({ least }) => formatRate(least?.ratePerSecond ?? null)),
    row('', sizings, ({ least }) => (least?.instances == null ? '' : formatCount(least.instances))),
  ];
  const names = [`least rate for ${headroom}`, 'instances needed'];
  return rows.map(([, ...cells], i) => [names[i] ?? '', ...cells]).filter(([, cell]) => cell !== '');
}

function formatRate(ratePerSecond: number | null): string {
  if (ratePerSecond === null) return '';
  const step = 10 ** (Math.floor(Math.log10(ratePerSecond)) - 3);
  return `${(Math.ceil(ratePerSecond / step) * step).toLocaleString('en', { maximumSignificantDigits: 4 })}/s`;
}

/** Returns a text such as `3 instances of 50/s: 150/s in total`. */
export function instancesText(service: Service): string {
  const { ratePerSecond, work } = service;
  const { concurrency } = workOf(service);
  const pace =
    ratePerSecond === null
      ? []
      : [`${ratePerSecond.toLocaleString('en', { maximumSignificantDigits: 15 })}/s`];
  const hands = work === null ? [] : [`${workText(work)} per message, ${formatCount(concurrency)} at a time`];
  const total = capacityPerSecond(service).toLocaleString('en', { maximumSignificantDigits: 4 });
  const outages = service.outages.map(({ fromMs, toMs }) => `${formatTime(fromMs)} to ${formatTime(toMs)}`);
  const out = outages.length === 0 ? '' : `; outage from ${outages.join(', ')}`;
  const what = [...pace, ...hands].join(' and ');
  return `${plural(service.instances, 'instance')} of ${what}: ${isUpperLimit(service) ? 'at most ' : ''}${total}/s in total${out}`;
}

/**
 * Whether the service processes less than its capacity. When random work takes longer than usual, the instance starts
 * fewer messages than its rate allows, and does not catch up later.
 */
function isUpperLimit({ ratePerSecond, work }: Service): boolean {
  return ratePerSecond !== null && work !== null && work.kind !== 'constant';
}

function workText(work: Work): string {
  switch (work.kind) {
    case 'constant':
      return `${formatCount(work.ms)} ms`;
    case 'uniform':
      return `${formatCount(work.leastMs)} to ${formatCount(work.mostMs)} ms`;
    case 'exponential':
      return `${formatCount(work.meanMs)} ms (exponential)`;
    case 'lognormal':
      return `${formatCount(work.meanMs)} ms (lognormal, σ ${work.sigma})`;
  }
}

/** Writes a time with three digits, because HdrHistogram keeps no more. */
function formatTime(ms: number): string {
  if (ms === 0) return '0 s';
  return ms >= 1000 ? `${threeDigits(ms / 1000)} s` : `${threeDigits(ms)} ms`;
}

const threeDigits = (value: number) =>
  value.toLocaleString('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
