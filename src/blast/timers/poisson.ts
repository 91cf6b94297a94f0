import type { Random } from './random.ts';

/** Returns a random number with the Poisson distribution. Source: PoissonRandomTimer.java. */
export function poisson(mean: number, random: Random): number {
  return mean <= 30 ? smallPoisson(mean, random) : largePoisson(mean, random);
}

function smallPoisson(mean: number, random: Random): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > least; product *= random()) count += 1;
  return count;
}

function largePoisson(mean: number, random: Random): number {
  const c = 0.767 - 3.36 / mean;
  const beta = Math.PI / Math.sqrt(3 * mean);
  const alpha = beta * mean;
  const k = Math.log(c) - mean - Math.log(beta);
  for (;;) {
    const u = random();
    const x = (alpha - Math.log((1 - u) / u)) / beta;
    const n = Math.floor(x + 0.5);
    if (!(n >= 0)) continue;
    const y = alpha - beta * x;
    const left = y + Math.log(random() / (1 + Math.exp(y)) ** 2);
    if (left <= k + n * Math.log(mean) - logFactorial(n)) return n;
  }
}

/** The natural logarithm of n!, with Stirling's series for large n. */
function logFactorial(n: number): number {
  if (n <= 254) {
    let sum = 0;
    for (let each = 2; each <= n; each += 1) sum += Math.log(each);
    return sum;
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x);
}
