import { formatCount, formatMs } from '../figures.ts';
import { METRICS, type Metric, medianOf, type RunFigures, type Unit, unitOf } from './figures-of-run.ts';

/** What `--fail-if` says: a figure of the run that fails it. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** Times the median of the compared runs, or in the metric's own unit. */
  readonly bound: { readonly kind: 'ratio' | 'absolute'; readonly value: number };
}

type Operator = '>' | '>=' | '<' | '<=';

export const CONDITION_EXPECTED = `a condition such as "p99 > 1.1x", "p99 > 250ms", "errors > 1%" or "throughput < 900/s", of ${METRICS.join(', ')}`;

const PATTERN = /^\s*([a-z][a-z0-9.]*)\s*(>=|<=|>|<)\s*(\d{1,12}(?:\.\d{1,9})?)\s*(x|ms|s|%|\/s)\s*$/;

/** Null for anything but a condition, also for a unit that the metric does not have. */
export function parseCondition(text: string): Condition | null {
  const [, name, operator, digits = '', unit = ''] = PATTERN.exec(text) ?? [];
  const metric = METRICS.find((known) => known === name);
  if (metric === undefined || !isOperator(operator)) return null;
  const bound = boundOf(Number(digits), unit, unitOf(metric));
  return bound === null ? null : { text: text.trim(), metric, operator, bound };
}

function isOperator(text: string | undefined): text is Operator {
  return text === '>' || text === '>=' || text === '<' || text === '<=';
}

function boundOf(value: number, written: string, unit: Unit): Condition['bound'] | null {
  if (written === 'x') return { kind: 'ratio', value };
  if (written === unit) return { kind: 'absolute', value };
  return written === 's' && unit === 'ms' ? { kind: 'absolute', value: value * 1000 } : null;
}

/** Whether a condition holds; `holds` is null when a figure is missing. */
export interface JudgedCondition {
  readonly condition: Condition;
  readonly holds: boolean | null;
  /** The figures, as a clause for people. */
  readonly text: string;
}

/** The median of the runs against the bound, which may be relative to the median of others. */
export function judge(
  condition: Condition,
  runs: readonly RunFigures[],
  compared: readonly RunFigures[],
): JudgedCondition {
  const { metric, operator, bound } = condition;
  const unit = unitOf(metric);
  const figure = medianOf(runs, metric);
  const base = bound.kind === 'ratio' ? medianOf(compared, metric) : 1;
  if (figure === null || base === null) {
    return { condition, holds: null, text: `a run has no figure for ${metric}` };
  }
  const limit = bound.value * base;
  const against = bound.kind === 'ratio' ? `${formatIn(unit, base)} before` : formatIn(unit, limit);
  return {
    condition,
    holds: holdsFor(operator, figure, limit),
    text: `${metric} is ${formatIn(unit, figure)}, against ${against}`,
  };
}

function holdsFor(operator: Operator, figure: number, limit: number): boolean {
  switch (operator) {
    case '>':
      return figure > limit;
    case '>=':
      return figure >= limit;
    case '<':
      return figure < limit;
    case '<=':
      return figure <= limit;
  }
}

function formatIn(unit: Unit, value: number): string {
  if (unit === 'ms') return `${formatMs(value)} ms`;
  if (unit === '%') return `${Number(value.toFixed(3))}%`;
  return value >= 100 ? `${formatCount(Math.round(value))}/s` : `${Number(value.toFixed(2))}/s`;
}
