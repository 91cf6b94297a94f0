import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponential, seededRandom } from '../../size/structures/random.ts';
import { judgeCondition, parseCondition } from './condition.ts';
import { METRICS, type Metric, type RunFigures, unitOf } from './figures-of-run.ts';

function runOf(figures: Partial<Record<Metric, number>>): RunFigures {
  const all = Object.fromEntries(METRICS.map((metric) => [metric, figures[metric] ?? null]));
  return { run: 'run', figures: all as RunFigures['figures'], atLeast: {}, latencySource: null };
}

const many = (metric: Metric, ...values: number[]) => values.map((value) => runOf({ [metric]: value }));

function judged(text: string, runs: readonly RunFigures[], compared: readonly RunFigures[] = []) {
  const condition = parseCondition(text);
  if (condition === null) throw new Error(`no condition: ${text}`);
  return judgeCondition(condition, runs, compared);
}

test('parses every condition that is written as documented', () => {
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

test('returns null for every other text, and never throws', () => {
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

test('converts minutes and seconds to milliseconds, and allows no unit for counts', () => {
  expect(parseCondition('wait > 2min')?.bound).toEqual({ kind: 'absolute', value: 120_000 });
  expect(parseCondition('lost > 0')?.bound).toEqual({ kind: 'absolute', value: 0 });
  expect(parseCondition('backlog > 5ms')).toBeNull();
  expect(parseCondition('p99.9 > 1.5s')?.bound).toEqual({ kind: 'absolute', value: 1500 });
});

test('accepts the same units of time as every other option', () => {
  const bounds = ['wait > 2m', 'wait > 2min', 'drain > 1.5h', 'p99 > 0.5ms'].map((text) =>
    parseCondition(text),
  );
  expect(bounds.map((condition) => condition?.bound.value)).toEqual([120_000, 120_000, 5_400_000, 0.5]);
});

test('finds a loss in one of several runs', () => {
  expect(judged('lost > 0', many('lost', 0, 0, 0, 7))).toMatchObject({
    holds: true,
    text: 'lost is 7 in run "run", the highest of 4 runs; the limit is 0',
  });
  expect(judged('lost > 0', many('lost', 0, 0, 0)).holds).toBe(false);
  expect(judged('lost > 0', [...many('lost', 7, 0), runOf({})]).holds, 'one unknown, one proven').toBe(true);
  expect(judged('lost > 0', [...many('lost', 0, 0), runOf({})]).holds, 'one unknown, none proven').toBeNull();
  expect(judged('lost < 5', [...many('lost', 0, 0), runOf({})]).holds).toBeNull();
});

test('judges a count that is only the least number: more messages than the limit fail, fewer prove nothing', () => {
  const least = (value: number): RunFigures => ({ ...runOf({}), atLeast: { 'hop-missing': value } });
  expect(judged('hop-missing > 0', [least(2)])).toMatchObject({
    holds: true,
    text: 'hop-missing is at least 2; the limit is 0',
  });
  expect(judged('hop-missing > 2', [least(2)]).holds).toBeNull();
  expect(judged('hop-missing < 5', [least(2)]).holds).toBeNull();
  expect(judged('hop-missing > 1', [least(2), ...many('hop-missing', 0)]).holds).toBe(true);
  expect(judged('hop-missing > 1.5x', [least(2)], many('hop-missing', 1)).holds).toBeNull();
  expect(judged('hop-missing > 0', [runOf({})])).toMatchObject({
    holds: null,
    text: 'a run has no figure for hop-missing',
  });
});

test('judges the lowest possible wait of a service that left messages', () => {
  const left = (wait: number): RunFigures => ({ ...runOf({}), atLeast: { wait } });
  expect(judged('wait > 2s', [left(3_000)])).toMatchObject({
    holds: true,
    text: 'wait is at least 3,000 ms; the limit is 2,000 ms',
  });
  expect(judged('wait > 2s', [left(1_000)]).holds).toBeNull();
  expect(judged('wait < 2s', [left(1_000)]).holds).toBeNull();
  expect(judged('wait < 2s', [left(3_000)]).holds).toBeNull();
  expect(judged('wait > 2s', [left(1_000), ...many('wait', 2_500, 2_600)]).holds).toBe(true);
  expect(judged('wait > 2s', [runOf({}), ...many('wait', 2_500, 2_600)]).holds).toBeNull();
  expect(judged('wait > 1.1x', [left(3_000)], many('wait', 1_000)).holds).toBeNull();
});

test('computes a ratio from the medians', () => {
  const before = many('p99', 100, 98, 99, 101, 500);
  expect(judged('p99 > 1.1x', many('p99', 111, 112, 113, 111, 110), before)).toMatchObject({
    holds: false,
    text: expect.stringMatching(/^p99 is 111 ms, and 100 ms in the compared runs; within noise/),
  });
  expect(
    judged('p99 > 1.1x', many('p99', 111, 112, 113, 111, 130), many('p99', 100, 98, 99, 101, 97)),
  ).toMatchObject({
    holds: true,
    text: 'p99 is 112 ms, and 99.0 ms in the compared runs; more than noise (p 0.00794, possible ratio 1.11x to 1.31x)',
  });
  const slower = many('throughput', 80, 81, 82, 83);
  expect(judged('throughput < 0.9x', slower, many('throughput', 100, 101, 102, 103)).holds).toBe(true);
  expect(judged('errors > 1.1x', many('errors', 1, 2, 1, 2), many('errors', 0, 0, 0, 0)).holds).toBe(true);
});

test('is inconclusive if single runs exceed a ratio', () => {
  const before = [runOf({ p99: 100 })];
  expect(judged('p99 > 1.1x', [runOf({ p99: 111 })], before)).toMatchObject({
    holds: null,
    text: expect.stringContaining('run each side at least 4 times'),
  });
  expect(judged('p99 > 1.1x', [runOf({ p99: 109 })], before).holds).toBe(false);
});

test('meets a condition such as "> 0.9x" with equal runs', () => {
  const side = [100, 101, 99, 102];
  const equal = (text: string) => judged(text, many('p99', ...side), many('p99', ...side)).holds;
  expect(['p99 > 0.9x', 'p99 >= 0.8x', 'p99 < 1.2x', 'p99 <= 1.3x'].map(equal)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['p99 > 1x', 'p99 >= 1x', 'p99 < 1x', 'p99 <= 1x', 'p99 > 0.99x'].map(equal)).toEqual(
    Array.from({ length: 5 }, () => false),
  );
});

test('does not meet a condition if medians and ranks point in different directions', () => {
  const low = Array.from({ length: 14 }, (_, i) => i + 1);
  const middle = Array.from({ length: 15 }, (_, i) => 120 + i);
  const runs = many('p99', ...low, ...middle);
  const before = many(
    'p99',
    ...Array.from({ length: 15 }, (_, i) => 50 + i),
    ...Array.from({ length: 14 }, (_, i) => 500 + i),
  );
  expect(judged('p99 > 1.1x', runs, before)).toMatchObject({
    holds: false,
    text: expect.stringContaining('more than noise'),
  });
});

test('meets a ratio in at most 1 of 20 comparisons of equal systems', () => {
  const random = seededRandom(7, 'work');
  const side = () => many('p99', ...Array.from({ length: 5 }, () => 100 * (1 + exponential(random))));
  let broken = 0;
  for (let i = 0; i < 1_000; i++) if (judged('p99 > 1.1x', side(), side()).holds) broken++;
  expect(broken).toBeLessThan(50);
});

test('includes the limit itself only with >= and <=', () => {
  expect(judged('p50 > 5ms', [runOf({ p50: 5 })]).holds).toBe(false);
  expect(judged('p50 >= 5ms', [runOf({ p50: 5 })]).holds).toBe(true);
  expect(judged('errors < 1%', [runOf({ errors: 1 })]).holds).toBe(false);
  expect(judged('errors <= 1%', [runOf({ errors: 1 })]).holds).toBe(true);
});

test('is inconclusive if a figure is missing on either side', () => {
  expect(judged('p99 > 1ms', [runOf({})]).holds).toBeNull();
  expect(judged('p99 > 1ms', [runOf({ p99: 5 }), runOf({})]).holds).toBeNull();
  expect(judged('p99 > 1x', [runOf({ p99: 5 })], [runOf({})]).holds).toBeNull();
});

test('does not compare end-to-end latencies that were measured in different ways', () => {
  const [run = runOf({})] = many('e2e-p99', 20);
  const live = Array.from({ length: 4 }, () => ({ ...run, latencySource: 'received' as const }));
  const stamped = live.map((each) => ({ ...each, latencySource: 'CreateTime' as const }));
  expect(judged('e2e-p99 > 0.1x', live, stamped)).toMatchObject({
    holds: null,
    text: 'the runs measured e2e-p99 in different ways: received, CreateTime',
  });
  expect(judged('e2e-p99 > 0.1x', live, live).holds).toBe(true);
  expect(judged('e2e-p99 > 10ms', live, stamped).holds).toBe(true);
});

test('does not take a rounding error for a difference from the limit', () => {
  // In floating point, these products are not exactly 7, 29, 1005 and 110.
  expect(judged('errors > 7%', many('errors', (7 / 100) * 100)).holds).toBe(false);
  expect(judged('errors <= 7%', many('errors', (7 / 100) * 100)).holds).toBe(true);
  expect(judged('errors >= 29%', many('errors', (29 / 100) * 100)).holds).toBe(true);
  expect(judged('errors < 29%', many('errors', (29 / 100) * 100)).holds).toBe(false);
  expect(judged('max > 1.005s', many('max', 1005)).holds).toBe(false);
  const [higher, base] = [many('backlog', 110, 110, 110, 110), many('backlog', 100, 100, 100, 100)];
  expect(judged('backlog >= 1.1x', higher, base).holds).toBe(true);
  expect(judged('backlog > 1.1x', higher, base).holds).toBe(false);
});
