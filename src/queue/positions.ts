import type { Positions } from './queue.ts';

/** The lowest offset of each partition that any of them has. */
export function lowest(all: readonly Positions[]): Positions {
  return merge(all, Math.min);
}

/** The highest offset of each partition that any of them has. */
export function highest(all: readonly Positions[]): Positions {
  return merge(all, Math.max);
}

function merge(all: readonly Positions[], choose: (a: number, b: number) => number): Positions {
  const merged = new Map<number, number>();
  for (const [partition, offset] of all.flatMap((positions) => [...positions])) {
    merged.set(partition, choose(offset, merged.get(partition) ?? offset));
  }
  return merged;
}
