const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;
const INT_BITS = 31n;

/** The random numbers of Java's java.util.Random. */
export class JavaRandom {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = (seed ^ MULTIPLIER) & MASK;
  }

  /** Returns a number from 0 to below `bound`, which is from 1 to 2^31 - 1. Source: Random.java, nextInt. */
  below(bound: number): number {
    if ((bound & (bound - 1)) === 0) return Number((BigInt(bound) * BigInt(this.#next())) >> INT_BITS);
    for (;;) {
      const bits = this.#next();
      const value = bits % bound;
      // The last numbers below 2^31 are left out, so that all values are equally frequent.
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  #next(): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK;
    return Number(this.#state >> (48n - INT_BITS));
  }
}
