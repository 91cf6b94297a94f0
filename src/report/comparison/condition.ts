import { UNITS_MS } from '../../plan/duration.ts';
import { formatCount, formatMs } from '../figures.ts';
import {
  countsOffences,
  leastMedianOf,
  METRICS,
  type Metric,
  medianOf,
  type RunFigures,
  type Unit,
  unitOf,
  valuesOf,
  type Worst,
  worstOf,
} from './figures-of-run.ts';
import { differentSources } from './latency-figures.ts';
import { type Noise, noiseOf, ratiosText } from './noise.ts';

/** A condition of `--fail-if`. The run fails if the condition is met. */
export interface FailCondition {
  /** The condition as the user wrote it. */
  readonly text: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** The limit: a factor for the median of the compared runs, or an absolute value in the unit of the metric. */
  readonly bound: { readonly kind: 'ratio' | 'absolute'; readonly value: number };
}

type Operator = '>' | '>=' | '<' | '<=';

export const CONDITION_EXPECTED = `a condition such as "p99 > 1.1x", "p99 > 250ms", "wait > 2m", "errors > 1%", "throughput < 900/s" or "lost > 0"; the figures are ${METRICS.join(', ')}`;

const PATTERN =
  /^\s*([a-z][a-z0-9.-]*)\s*(>=|<=|>|<)\s*(\d{1,12}(?:\.\d{1,9})?)\s*(x|ms|s|m|min|h|%|\/s|)\s*$/;

/** Parses a condition. Null if the text is no condition, or if the unit does not fit the metric. */
export function parseCondition(text: string): FailCondition | null {
  const [, name, operator, digits = '', unit = ''] = PATTERN.exec(text) ?? [];
  const metric = METRICS.find((known) => known === name);
  if (metric === undefined || !isOperator(operator)) return null;
  const bound = boundOf(Number(digits), unit, unitOf(metric));
  return bound === null ? null : { text: text.trim(), metric, operator, bound };
}

function isOperator(text: string | undefined): text is Operator {
  return text === '>' || text === '>=' || text === '<' || text === '<=';
}

const MS_IN: Readonly<Record<string, number>> = { ...UNITS_MS, min: UNITS_MS.m };

function boundOf(value: number, written: string, unit: Unit): FailCondition['bound'] | null {
  if (written === 'x') return { kind: 'ratio', value };
  const factor = unit === 'ms' ? MS_IN[written] : written === unit ? 1 : undefined;
  return factor === undefined ? null : { kind: 'absolute', value: value * factor };
}

/**
 * The result of a condition. `holds` says whether the condition is met. `holds` is null if a figure is
 * missing or too few runs were compared.
 */
export interface JudgedCondition {
  readonly condition: FailCondition;
  readonly holds: boolean | null;
  /** The compared figures, as a part of a sentence. */
  readonly text: string;
}

/**
 * Returns the result in one word. The conditions of --fail-if describe failures, so a condition that holds
 * gives `failed`.
 */
export function stateOf({ holds }: JudgedCondition): 'failed' | 'passed' | 'unknown' {
  if (holds === null) return 'unknown';
  return holds ? 'failed' : 'passed';
}

/**
 * Compares the median of the runs with the limit. For messages with a problem, such as lost messages,
 * compares the highest count of any run, because a median would hide a problem in one run. A ratio counts as
 * exceeded only if the difference is more than noise. One run on each side is not enough to show this.
 */
export function judgeCondition(
  condition: FailCondition,
  runs: readonly RunFigures[],
  compared: readonly RunFigures[],
): JudgedCondition {
  const { metric, operator, bound } = condition;
  const sources = bound.kind === 'ratio' ? differentSources(metric, [...runs, ...compared]) : [];
  if (sources.length > 0)
    return {
      condition,
      holds: null,
      text: `the runs measured ${metric} in different ways: ${sources.join(', ')}`,
    };
  const worst = countsOffences(metric) && bound.kind === 'absolute' ? worstOf(runs, metric) : null;
  if (worst !== null) return judgeWorst(condition, worst, runs);
  const unit = unitOf(metric);
  const figure = medianOf(runs, metric);
  const base = bound.kind === 'ratio' ? medianOf(compared, metric) : 1;
  if (figure === null || base === null) return judgeLeast(condition, runs);
  const limit = bound.value * base;
  const compare =
    bound.kind === 'ratio'
      ? `, and ${formatIn(unit, base)} in the compared runs`
      : `; the limit is ${formatIn(unit, limit)}`;
  const text = `${metric} is ${formatIn(unit, figure)}${compare}`;
  const isBeyond = holdsFor(operator, figure, limit);
  const [first, second] = [valuesOf(runs, metric), valuesOf(compared, metric)];
  if (bound.kind === 'absolute' || first === null || second === null) {
    return { condition, holds: isBeyond, text };
  }
  // Runs without any difference already exceed a limit such as "> 0.9x". So the test for noise uses the ratio of the
  // limit instead of 1.
  const isUpwards = operator.startsWith('>');
  const reference = isUpwards ? Math.min(1, bound.value) : Math.max(1, bound.value);
  const noise = noiseOf(
    first,
    second.map((value) => value * reference),
  );
  const isProven = isMoreThanNoise(noise);
  const hasSameDirection = isUpwards === ranksHigher(first, second, reference);
  return {
    condition,
    holds: isBeyond && (hasSameDirection || isProven === null) ? isProven : false,
    text: `${text}; ${noiseText({ ...noise, ratios: noiseOf(first, second).ratios })}`,
  };
}

/**
 * Judges a limit for a figure that is missing, or whose true value can be higher. If the lowest possible value already
 * meets the condition, the condition is met.
 */
function judgeLeast(condition: FailCondition, runs: readonly RunFigures[]): JudgedCondition {
  const { metric, operator, bound } = condition;
  const least = bound.kind === 'absolute' ? leastMedianOf(runs, metric) : null;
  if (least === null) return { condition, holds: null, text: `a run has no figure for ${metric}` };
  const unit = unitOf(metric);
  const isBeyond = operator.startsWith('>') && holdsFor(operator, least, bound.value);
  const text = `${metric} is at least ${formatIn(unit, least)}; the limit is ${formatIn(unit, bound.value)}`;
  return { condition, holds: isBeyond ? true : null, text };
}

/**
 * Whether the values of `first` rank higher than the values of `second` multiplied by `reference`. If the ranks
 * contradict the medians, the limit does not count as exceeded.
 */
function ranksHigher(first: readonly number[], second: readonly number[], reference: number): boolean {
  const signs = first.flatMap((a) => second.map((b) => Math.sign(a - b * reference)));
  return signs.reduce((sum, sign) => sum + sign, 0) > 0;
}

/**
 * Judges a condition of `--fail-if` for a count of messages, such as `lost > 0`. If the proven count is above the
 * limit, the condition holds: messages that may have the problem too, or a run whose count is not known, could only
 * raise the count.
 */
function judgeWorst(
  condition: FailCondition,
  { run, value }: Worst,
  runs: readonly RunFigures[],
): JudgedCondition {
  const { metric, operator, bound } = condition;
  const isBeyond = holdsFor(operator, value, bound.value);
  const isExact = valuesOf(runs, metric) !== null;
  const isProven = isExact || (isBeyond && operator.startsWith('>'));
  const least = isExact ? '' : 'at least ';
  const where = runs.length === 1 ? '' : ` in run "${run}", the highest of ${runs.length} runs`;
  const text = `${metric} is ${least}${formatIn('', value)}${where}; the limit is ${formatIn('', bound.value)}`;
  return { condition, holds: isProven ? isBeyond : null, text };
}

function isMoreThanNoise({ kind }: Noise): boolean | null {
  return kind === 'too few runs' ? null : kind === 'more than noise';
}

function noiseText(noise: Noise): string {
  if (noise.kind === 'too few runs')
    return 'too few runs to separate a difference from noise: run each side at least 4 times';
  const ratios = ratiosText(noise);
  const possible = ratios === null ? '' : `, possible ratio ${ratios}`;
  return `${noise.kind} (p ${Number(noise.probability.toPrecision(3))}${possible})`;
}

/**
 * Tolerance for rounding errors, as a share of the limit. For example, 7 of 100 requests are a little more than 7 % in
 * floating point.
 */
const ROUNDING = 1e-12;

function holdsFor(operator: Operator, figure: number, limit: number): boolean {
  const isLimit = Math.abs(figure - limit) <= ROUNDING * Math.abs(limit);
  switch (operator) {
    case '>':
      return figure > limit && !isLimit;
    case '>=':
      return figure > limit || isLimit;
    case '<':
      return figure < limit && !isLimit;
    case '<=':
      return figure < limit || isLimit;
  }
}

function formatIn(unit: Unit, value: number): string {
  if (unit === 'ms') return `${formatMs(value)} ms`;
  if (unit === '%') return `${Number(value.toFixed(3))}%`;
  return `${value >= 100 ? formatCount(Math.round(value)) : Number(value.toFixed(2))}${unit}`;
}
