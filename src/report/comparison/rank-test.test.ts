import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankTest, smallestProbability } from './rank-test.ts';

test.each([
  // The expected values come from R 4.3, wilcox.test(exact = TRUE), and SciPy 1.11, mannwhitneyu(method='exact').
  { first: [1, 2, 3], second: [4, 5, 6], probability: 0.1 },
  { first: [1, 2, 3, 4], second: [5, 6, 7, 8], probability: 2 / 70 },
  { first: [1, 2, 3, 4, 5], second: [6, 7, 8, 9, 10], probability: 2 / 252 },
  { first: [19, 22, 16, 29, 24], second: [20, 11, 17, 12], probability: 1 / 9 },
  { first: [1], second: [2], probability: 1 },
  { first: [7, 7, 7], second: [7, 7, 7], probability: 1 },
])('gives the published probability of $first and $second', ({ first, second, probability }) => {
  expect(rankTest(first, second)).toBeCloseTo(probability, 12);
});

const few = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });

test('agrees with counting every way to split the values, with ties', () => {
  fc.assert(
    fc.property(few, few, (first, second) => {
      expect(rankTest(first, second)).toBeCloseTo(byTryingAll(first, second), 10);
    }),
  );
});

test('gives the same result with swapped sides, and on another scale', () => {
  fc.assert(
    fc.property(few, few, (first, second) => {
      const stretched = (values: readonly number[]) => values.map((value) => value ** 3 + 7);
      expect(rankTest(second, first)).toBeCloseTo(rankTest(first, second), 10);
      expect(rankTest(stretched(first), stretched(second))).toBeCloseTo(rankTest(first, second), 10);
    }),
  );
});

test('approximates more than 60 values almost like counting does', () => {
  const first = Array.from({ length: 30 }, (_, index) => (index * 37) % 100);
  const second = Array.from({ length: 30 }, (_, index) => ((index * 53) % 100) + 15);
  const counted = rankTest(first, second);
  const approximated = rankTest([...first, 55.5], [...second, 55.25]);
  expect(counted).toBeGreaterThan(0.001);
  expect(Math.abs(approximated - counted)).toBeLessThan(0.02);
  expect(rankTest(Array(40).fill(1), Array(40).fill(1))).toBe(1);
});

test('gives the smallest probability that a number of runs can reach', () => {
  expect(smallestProbability(3, 3)).toBeCloseTo(0.1);
  expect(smallestProbability(4, 4)).toBeLessThan(0.05);
});

/** Computes the probability directly from its definition. */
function byTryingAll(first: readonly number[], second: readonly number[]): number {
  const all = [...first, ...second];
  const rankOf = (value: number) =>
    all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2;
  const mean = (first.length * (all.length + 1)) / 2;
  const distanceOf = (indexes: readonly number[]) =>
    Math.abs(indexes.reduce((sum, index) => sum + rankOf(all[index] ?? 0), 0) - mean);
  const observed = distanceOf(first.map((_, index) => index));
  const choices = [...choicesOf(all.length, first.length)];
  return choices.filter((choice) => distanceOf(choice) >= observed - 1e-9).length / choices.length;
}

function* choicesOf(count: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let index = from; index < count; index++)
      for (const rest of choicesOf(count, size - 1, index + 1)) yield [index, ...rest];
}
