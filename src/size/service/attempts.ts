import type { Capacity } from '../../capacity/capacity.ts';
import type { Random } from '../structures/random.ts';

/** Attempts fail at random. A message is given up after `maxAttempts` attempts. */
interface Retries extends Pick<Capacity, 'failShare'> {
  readonly maxAttempts: number;
}

/** Mean of a truncated geometric distribution. */
export function meanAttempts({ failShare, maxAttempts }: Retries): number {
  return failShare === 1 ? maxAttempts : (1 - failShare ** maxAttempts) / (1 - failShare);
}

/** Share of messages of which all attempts fail. */
export function givenUpShare({ failShare, maxAttempts }: Retries): number {
  return failShare ** maxAttempts;
}

/** Draws the number of attempts for each message. */
export function drawAttempts({ failShare, maxAttempts }: Retries, random: Random): () => number {
  if (failShare === 0) return () => 1;
  return () => {
    let attempts = 1;
    while (attempts < maxAttempts && random() < failShare) attempts += 1;
    return attempts;
  };
}
