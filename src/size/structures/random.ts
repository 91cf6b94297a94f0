/** Returns a random number from 0 to less than 1. */
export type Random = () => number;

/**
 * Arrivals, work and failures use different random numbers. If they used the same numbers, a long gap between
 * messages would always be followed by a long work time. The predicted waiting time would then be several
 * times too short.
 */
const STREAMS = { arrivals: 1, work: 2, failures: 3 } as const;

const WARM_UP = 20;

/**
 * Returns a source of random numbers: sfc32 by Chris Doty-Humphrey (PractRand). Seed and stream set one word each of
 * its initial state.
 */
export function seededRandom(seed: number, stream: keyof typeof STREAMS): Random {
  let a = seed | 0;
  let b: number = STREAMS[stream];
  let c = 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < WARM_UP; i++) next();
  return next;
}

/** Draws a random number from the exponential distribution with mean 1. */
export const exponential = (random: Random): number => -Math.log(1 - random());

/** Draws a random number from the standard normal distribution, by the method of Box and Muller. */
export const normal = (random: Random): number =>
  Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random());
