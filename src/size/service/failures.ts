import type { Random } from '../structures/random.ts';

/** Attempts fail at random, and a message is tried again, so often at most: then it is given up. */
export interface Failures {
  /** Of attempts, from 0 to 1. */
  readonly share: number;
  readonly maxAttempts: number;
}

/** The mean of a geometric distribution that is cut off. */
export function meanAttempts(failures: Failures | undefined): number {
  if (failures === undefined) return 1;
  const { share, maxAttempts } = failures;
  return share === 1 ? maxAttempts : (1 - share ** maxAttempts) / (1 - share);
}

/** The share of messages whose last attempt fails too. */
export function givenUpShare(failures: Failures | undefined): number {
  return failures === undefined ? 0 : failures.share ** failures.maxAttempts;
}

/** Draws how often one message after the other is tried. */
export function drawAttempts(failures: Failures | undefined, random: Random): () => number {
  if (failures === undefined) return () => 1;
  const { share, maxAttempts } = failures;
  return () => {
    let attempts = 1;
    while (attempts < maxAttempts && random() < share) attempts += 1;
    return attempts;
  };
}
