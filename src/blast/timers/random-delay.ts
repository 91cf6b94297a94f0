import type { Distribution } from '../../plan/timers/timer.ts';
import { poisson } from './poisson.ts';
import type { Random } from './random.ts';

/**
 * Returns a random waiting time in milliseconds. Sources: UniformRandomTimer.java, GaussianRandomTimer.java and
 * PoissonRandomTimer.java.
 */
export function randomDelayMs(kind: Distribution, delay: number, range: number, random: Random): number {
  switch (kind) {
    case 'uniform':
      return Math.floor(Math.abs(random() * range + delay));
    case 'gaussian':
      return Math.floor(Math.abs(gaussian(random) * range + delay));
    case 'poisson':
      return Math.abs(poisson(javaIntOf(range), random) + delay);
  }
}

/** Rounds a number to an int of Java: `(int) Math.round(number)`. */
function javaIntOf(number: number): number {
  const rounded = Math.floor(number + 0.5);
  const isLong = Math.abs(rounded) < 2 ** 63;
  const long = isLong ? BigInt(rounded) : rounded > 0 ? 2n ** 63n - 1n : -(2n ** 63n);
  return Number(BigInt.asIntN(32, long));
}

/** A normally distributed number with mean 0 and standard deviation 1 (Box and Muller). */
function gaussian(random: Random): number {
  // 1 - random() is never 0, whose logarithm is infinite.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
