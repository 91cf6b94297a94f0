import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, parseCondition } from './condition.ts';
import { METRICS, type Metric, type RunFigures, unitOf } from './figures-of-run.ts';

function runOf(figures: Partial<Record<Metric, number>>): RunFigures {
  const all = Object.fromEntries(METRICS.map((metric) => [metric, figures[metric] ?? null]));
  return { run: 'run', figures: all as RunFigures['figures'] };
}

function judged(text: string, runs: readonly RunFigures[], compared: readonly RunFigures[] = []) {
  const condition = parseCondition(text);
  if (condition === null) throw new Error(`no condition: ${text}`);
  return judge(condition, runs, compared);
}

test('every written condition reads as what it means', () => {
  const amount = fc.oneof(
    fc.nat(100_000),
    fc.nat(99_999).map((n) => n / 100),
  );
  const spaces = fc.constantFrom('', ' ', '  ');
  fc.assert(
    fc.property(
      fc.constantFrom(...METRICS),
      fc.constantFrom('>', '>=', '<', '<='),
      amount,
      fc.boolean(),
      spaces,
      (metric, operator, value, isRatio, space) => {
        const unit = isRatio ? 'x' : unitOf(metric);
        const parsed = parseCondition(
          `${space}${metric}${space}${operator}${space}${value}${space}${unit}${space}`,
        );
        expect(parsed).toMatchObject({
          metric,
          operator,
          bound: { kind: isRatio ? 'ratio' : 'absolute', value },
        });
      },
    ),
  );
});

test('nothing else does, and nothing makes it throw', () => {
  const wrong = [
    '',
    'p99',
    'p99 >',
    'p99 > 1',
    'p98 > 1ms',
    'p99 > -1ms',
    'p99 = 1ms',
    'errors > 1ms',
    'p99 > 1%',
  ];
  for (const text of [
    ...wrong,
    'throughput < 9ms',
    'p99 > 1e3ms',
    'p99 > 1.1x; rm',
    'P99 > 1x',
    'p99 > 1.x',
  ]) {
    expect(parseCondition(text), text).toBeNull();
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseCondition(text);
      expect(parsed === null || METRICS.includes(parsed.metric)).toBe(true);
    }),
  );
});

test('seconds are milliseconds', () => {
  expect(parseCondition('p99.9 > 1.5s')?.bound).toEqual({ kind: 'absolute', value: 1500 });
});

test('a ratio is taken of the medians', () => {
  const before = [runOf({ p99: 100 }), runOf({ p99: 90 }), runOf({ p99: 500 })];
  expect(judged('p99 > 1.1x', [runOf({ p99: 111 })], before)).toMatchObject({
    holds: true,
    text: 'p99 is 111 ms, against 100 ms before',
  });
  expect(judged('p99 > 1.1x', [runOf({ p99: 109 })], before).holds).toBe(false);
  expect(judged('throughput < 0.9x', [runOf({ throughput: 80 })], [runOf({ throughput: 100 })]).holds).toBe(
    true,
  );
  expect(judged('errors > 1.1x', [runOf({ errors: 1 })], [runOf({ errors: 0 })]).holds).toBe(true);
});

test('the border itself counts only where it is written', () => {
  expect(judged('p50 > 5ms', [runOf({ p50: 5 })]).holds).toBe(false);
  expect(judged('p50 >= 5ms', [runOf({ p50: 5 })]).holds).toBe(true);
  expect(judged('errors < 1%', [runOf({ errors: 1 })]).holds).toBe(false);
  expect(judged('errors <= 1%', [runOf({ errors: 1 })]).holds).toBe(true);
});

test('a missing figure on either side leaves it unknown', () => {
  expect(judged('p99 > 1ms', [runOf({})]).holds).toBeNull();
  expect(judged('p99 > 1ms', [runOf({ p99: 5 }), runOf({})]).holds).toBeNull();
  expect(judged('p99 > 1x', [runOf({ p99: 5 })], [runOf({})]).holds).toBeNull();
});
