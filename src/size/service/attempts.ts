import type { Capacity } from '../../capacity/capacity.ts';
import type { Random } from '../structures/random.ts';

/** How often attempts fail, and after how many attempts a message is given up. */
interface Retries extends Pick<Capacity, 'failShare'> {
  readonly maxAttempts: number;
}

/** Mean number of attempts for one message. It is the mean of a truncated geometric distribution. */
export function meanAttempts({ failShare, maxAttempts }: Retries): number {
  return failShare === 1 ? maxAttempts : (1 - failShare ** maxAttempts) / (1 - failShare);
}

/** Share of messages whose attempts all fail. */
export function givenUpShare({ failShare, maxAttempts }: Retries): number {
  return failShare ** maxAttempts;
}

export function drawAttempts({ failShare, maxAttempts }: Retries, random: Random): () => number {
  if (failShare === 0) return () => 1;
  return () => {
    let attempts = 1;
    while (attempts < maxAttempts && random() < failShare) attempts += 1;
    return attempts;
  };
}
