import { rankTest, smallestProbability } from './rank-test.ts';

/** Level of significance: a difference with a smaller probability is more than noise. */
export const LEVEL = 0.05;

/** Whether repeated runs show a difference between two sides. */
export interface Noise {
  readonly kind: 'more than noise' | 'within noise' | 'too few runs';
  /** Result of the rank test: how likely a difference of this size is if the two sides differ only by chance. */
  readonly probability: number;
  /** The range in which the true ratio may be. Null if a figure is 0, or if there are too few runs. */
  readonly ratios: { readonly from: number; readonly to: number } | null;
}

export function noiseOf(first: readonly number[], second: readonly number[]): Noise {
  const probability = rankTest(first, second);
  if (smallestProbability(first.length, second.length) >= LEVEL) {
    return { kind: 'too few runs', probability, ratios: null };
  }
  const kind = probability < LEVEL ? 'more than noise' : 'within noise';
  return { kind, probability, ratios: possibleRatios(first, second) };
}

/** Writes the range of the ratio, such as `0.93x to 1.21x`. */
export function ratiosText({ ratios }: Noise): string | null {
  return ratios === null ? null : `${ratios.from.toFixed(2)}x to ${ratios.to.toFixed(2)}x`;
}

/**
 * Returns the confidence interval of the ratio between two sides. A ratio is in the interval if the rank test finds no
 * difference after the second side is multiplied by the ratio. Each end of the interval is a value of the first side
 * divided by a value of the second side (Hodges and Lehmann, Estimates of Location Based on Rank Tests, 1963, on a
 * logarithmic scale).
 */
function possibleRatios(first: readonly number[], second: readonly number[]): Noise['ratios'] {
  if ([...first, ...second].some((value) => value <= 0)) return null;
  const ratios = first.flatMap((a) => second.map((b) => a / b)).sort((a, b) => a - b);
  const isPossible = (ratio: number) =>
    rankTest(
      first,
      second.map((value) => value * ratio),
    ) >= LEVEL;
  const middle = ratios.length >> 1;
  const last = ratios.length - 1;
  const from = firstWhere(middle, (index) => isPossible(ratios[index] ?? 1));
  const to = last - firstWhere(middle, (index) => isPossible(ratios[last - index] ?? 1));
  // At both ends of the interval, rounding decides whether a ratio of two equal values is inside or outside. So the
  // interval includes one more of the sorted ratios at each end.
  return { from: ratios[Math.max(0, from - 1)] ?? 1, to: ratios[Math.min(last, to + 1)] ?? 1 };
}

/**
 * Returns the first index for which `holds` is true, at most `last`. From this index on, `holds` must be
 * true.
 */
function firstWhere(last: number, holds: (index: number) => boolean): number {
  let [from, to] = [0, last];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
