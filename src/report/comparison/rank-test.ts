/**
 * Maximum number of values, on both sides together, for an exact probability. For more values, the normal distribution
 * is used instead.
 */
const MAX_COUNTED = 60;

/**
 * The test of Mann and Whitney. Returns the two-sided probability that sets of values from one population differ in
 * rank at least as much as the given sets. For up to 60 values, it counts every way to split them, with ties. For more,
 * it uses the normal approximation with its corrections for ties and continuity (Mann and Whitney, On a Test of Whether
 * one of Two Random Variables is Stochastically Larger than the Other, 1947; for ties, Lehmann, Nonparametrics, 1975,
 * chapter 1).
 */
export function rankTest(first: readonly number[], second: readonly number[]): number {
  const ranks = doubledRanks([...first, ...second]);
  const rankSum = sum(ranks.slice(0, first.length));
  return ranks.length <= MAX_COUNTED
    ? countedProbability(ranks, first.length, rankSum)
    : normalProbability(ranks, first.length, rankSum);
}

/**
 * Returns the smallest probability that the rank test can return for sets of `first` and `second` values. The test
 * returns it if all values of one set are larger than all values of the other.
 */
export function smallestProbability(first: number, second: number): number {
  const low = Array.from({ length: first }, (_, index) => index);
  const high = Array.from({ length: second }, (_, index) => first + index);
  return rankTest(low, high);
}

/**
 * Returns twice the rank of each value; ranks begin at 1. Equal values have a mean rank, which can end in .5, so
 * doubled ranks are whole numbers.
 */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => {
    const below = sorted.indexOf(value);
    return below + 1 + sorted.lastIndexOf(value) + 1;
  });
}

/** Returns the share of choices of `size` ranks whose sum is at least as far from the mean as `rankSum`. */
function countedProbability(ranks: readonly number[], size: number, rankSum: number): number {
  const mean = (sum(ranks) * size) / ranks.length;
  const distance = Math.abs(rankSum - mean);
  let extreme = 0;
  let all = 0;
  for (const [chosenSum, ways] of waysToSum(ranks, size)) {
    all += ways;
    if (Math.abs(chosenSum - mean) >= distance - 1e-9) extreme += ways;
  }
  return extreme / all;
}

/** Returns the number of ways to choose `size` ranks, by the sum of the chosen ranks. */
function waysToSum(ranks: readonly number[], size: number): Map<number, number> {
  const bySize = Array.from({ length: size + 1 }, () => new Map<number, number>());
  bySize[0]?.set(0, 1);
  for (const rank of ranks) {
    // Adds the rank to the largest choices first. Otherwise a choice could contain the same rank twice.
    for (let chosen = size; chosen > 0; chosen--) addRank(bySize[chosen - 1], bySize[chosen], rank);
  }
  return bySize[size] ?? new Map();
}

function addRank(
  smaller: ReadonlyMap<number, number> | undefined,
  larger: Map<number, number> | undefined,
  rank: number,
): void {
  for (const [total, ways] of smaller ?? [])
    larger?.set(total + rank, (larger.get(total + rank) ?? 0) + ways);
}

function normalProbability(doubled: readonly number[], size: number, doubledSum: number): number {
  const count = doubled.length;
  const other = count - size;
  const distance = Math.abs(doubledSum / 2 - (size * (count + 1)) / 2) - 0.5;
  const sizes = new Map<number, number>();
  for (const rank of doubled) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  const ties = sum([...sizes.values()].map((tied) => tied ** 3 - tied));
  const variance = ((size * other) / 12) * (count + 1 - ties / (count * (count - 1)));
  return variance === 0 || distance <= 0 ? 1 : upperTailTwice(distance / Math.sqrt(variance));
}

/** Twice the upper tail of the normal distribution (Abramowitz and Stegun, 7.1.26; error below 1.5e-7). */
function upperTailTwice(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return polynomial * Math.exp(-x * x);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
