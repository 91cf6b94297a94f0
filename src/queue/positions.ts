import type { Positions } from './reader.ts';

/** Combines maps of offsets. Returns the lowest offset of each partition. */
export function lowest(all: readonly Positions[]): Positions {
  return merge(all, Math.min);
}

/** Combines maps of offsets. Returns the highest offset of each partition. */
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
