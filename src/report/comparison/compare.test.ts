import { expect, test } from 'vitest';
import { compareRuns } from './compare.ts';
import type { RunFigures } from './figures-of-run.ts';

function runs(name: string, p99s: readonly number[]): RunFigures[] {
  return p99s.map((p99, index) => ({
    run: `${name}${index + 1}`,
    figures: {
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

test('one run on each side gives a ratio, and says that it tells nothing of noise', () => {
  const table = compareRuns(runs('a', [120]), runs('b', [100]));
  expect(rowOf(table, 'p99')).toEqual([120, 100, '1.20x']);
  expect(table.notes.join()).toContain('One run cannot tell');
});

test('repeated runs that lie apart differ by more than noise, and equal ones do not', () => {
  const table = compareRuns(runs('a', [120, 125, 130, 135]), runs('b', [100, 101, 102, 103]));
  expect(rowOf(table, 'p99')).toEqual([127.5, 101.5, '1.26x', 0.0286, 'more than noise']);
  expect(rowOf(table, 'p50')).toEqual([10, 10, '1.00x', 1, 'within noise']);
  expect(rowOf(table, 'errors')).toEqual([0, 0, null, 1, 'within noise']);
  expect(rowOf(table, 'max')).toEqual([300, 300, '1.00x', null, null]);
});

test('three and three are too few, however far apart', () => {
  const table = compareRuns(runs('a', [120, 125, 130]), runs('b', [1, 2, 3]));
  expect(rowOf(table, 'p99')?.at(-1)).toBe('too few runs to tell');
  expect(table.notes.join()).toContain('p cannot be below 0.1');
});
