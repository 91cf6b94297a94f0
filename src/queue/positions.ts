import type { Positions } from './reader.ts';

/** Returns for each partition the lowest offset that any of the maps has. */
export function lowest(all: readonly Positions[]): Positions {
  return merge(all, Math.min);
}

/** Returns for each partition the highest offset that any of the maps has. */
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
