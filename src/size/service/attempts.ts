import type { Capacity } from '../../capacity/capacity.ts';
import type { Random } from '../structures/random.ts';

/** Attempts fail at random, and a message is tried again, so often at most: then it is given up. */
interface Retries extends Pick<Capacity, 'failShare'> {
  readonly maxAttempts: number;
}

/** The mean of a geometric distribution that is cut off. */
export function meanAttempts({ failShare, maxAttempts }: Retries): number {
  return failShare === 1 ? maxAttempts : (1 - failShare ** maxAttempts) / (1 - failShare);
}

/** The share of messages whose last attempt fails too. */
export function givenUpShare({ failShare, maxAttempts }: Retries): number {
  return failShare ** maxAttempts;
}

/** Draws how often one message after the other is tried. */
export function drawAttempts({ failShare, maxAttempts }: Retries, random: Random): () => number {
  if (failShare === 0) return () => 1;
  return () => {
    let attempts = 1;
    while (attempts < maxAttempts && random() < failShare) attempts += 1;
    return attempts;
  };
}
