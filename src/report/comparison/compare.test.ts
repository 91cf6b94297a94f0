import { expect, test } from 'vitest';
import { seededRandom } from '../../size/structures/random.ts';
import { compareRuns } from './compare.ts';
import { METRICS, type RunFigures } from './figures-of-run.ts';
import { noiseOf } from './noise.ts';

const NONE = Object.fromEntries(METRICS.map((metric) => [metric, null])) as RunFigures['figures'];

function runs(name: string, p99s: readonly number[]): RunFigures[] {
  return p99s.map((p99, index) => ({
    run: `${name}${index + 1}`,
    atLeast: {},
    latencySource: null,
    figures: {
      ...NONE,
      p50: 10,
      p90: 50,
      p95: 70,
      p99,
      'p99.9': 200,
      max: 300,
      mean: 20,
      throughput: 1000,
      errors: 0,
    },
  }));
}

const rowOf = (table: ReturnType<typeof compareRuns>, name: string) =>
  table.rows.find((row) => row.name === name)?.cells;

test('gives a ratio for one run per side, and says that this cannot show noise', () => {
  const table = compareRuns(runs('a', [120]), runs('b', [100]));
  expect(rowOf(table, 'p99')).toEqual([120, 100, '1.20x']);
  expect(table.notes.join()).toContain('One run per side cannot separate');
});

test('names a run with lost messages that the median hides', () => {
  const lossy = runs('a', [100, 100, 100]).map((run, index) => ({
    ...run,
    figures: { ...run.figures, lost: index === 2 ? 7 : 0 },
  }));
  const { notes, rows } = compareRuns(lossy, runs('b', [100, 100, 100]));
  expect(rows.find(({ name }) => name === 'lost')?.cells[0]).toBe(0);
  expect(notes).toContain('a3 lost 7 messages.');
});

test('calls clearly different runs more than noise, and equal runs within noise', () => {
  const table = compareRuns(runs('a', [120, 125, 130, 135]), runs('b', [100, 101, 102, 103]));
  expect(rowOf(table, 'p99')).toEqual([127.5, 101.5, '1.26x', '1.17x to 1.35x', 0.0286, 'more than noise']);
  expect(rowOf(table, 'p50')).toEqual([10, 10, '1.00x', '1.00x to 1.00x', 1, 'within noise']);
  expect(rowOf(table, 'errors')).toEqual([0, 0, null, null, 1, 'within noise']);
  expect(rowOf(table, 'max')).toEqual([300, 300, '1.00x', null, null, null]);
});

test('draws no conclusion from three runs per side, however different they are', () => {
  const table = compareRuns(runs('a', [120, 125, 130]), runs('b', [1, 2, 3]));
  expect(rowOf(table, 'p99')?.at(-1)).toBe('too few runs');
  expect(table.notes.join()).toContain('p cannot be below 0.1');
});

test('includes the true ratio in the possible range in 19 of 20 comparisons', () => {
  const random = seededRandom(1, 'work');
  const values = (scale: number) => Array.from({ length: 6 }, () => scale * (1 + random() / 2));
  let missed = 0;
  for (let i = 0; i < 400; i++) {
    const { ratios } = noiseOf(values(130), values(100));
    if (ratios === null || ratios.from > 1.3 || ratios.to < 1.3) missed++;
  }
  expect(missed).toBeLessThan(28);
});

test('leaves out the row of a figure that no run has', () => {
  expect(rowOf(compareRuns(runs('a', [120]), runs('b', [100])), 'backlog')).toBeUndefined();
});

test('names a run without samples, because its side has no median', () => {
  const { rows, notes } = compareRuns(runs('a', [120]), [
    ...runs('b', [100]),
    { run: 'empty', figures: NONE, atLeast: {}, latencySource: null },
  ]);
  expect(rows.find(({ name }) => name === 'p99')?.cells).toEqual([120, null, null]);
  expect(notes).toContain('empty has no samples, so the median of its side is unknown.');
  expect(compareRuns(runs('a', [120]), runs('b', [100])).notes.join()).not.toContain('no samples');
});

test('gives no ratio of end-to-end latencies that were measured in different ways', () => {
  const of = (latencySource: RunFigures['latencySource'], value: number): RunFigures[] =>
    runs('a', [100]).map((run) => ({ ...run, latencySource, figures: { ...run.figures, 'e2e-p50': value } }));
  const table = compareRuns(of('received', 20), of('LogAppendTime', 4));
  expect(rowOf(table, 'e2e-p50')).toEqual([20, 4, null]);
  expect(rowOf(table, 'p50')).toEqual([10, 10, '1.00x']);
  expect(table.notes.join()).toContain('in different ways: received, LogAppendTime');
  const alike = compareRuns(of('received', 20), of('received', 4));
  expect(rowOf(alike, 'e2e-p50')).toEqual([20, 4, '5.00x']);
  expect(alike.notes.join()).not.toContain('in different ways');
});
