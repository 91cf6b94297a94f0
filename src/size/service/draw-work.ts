import type { Work } from '../../capacity/work.ts';
import { exponential, normal, type Random } from '../structures/random.ts';

export function drawWork(work: Work, random: Random): () => number {
  switch (work.kind) {
    case 'constant':
      return () => work.ms;
    case 'uniform':
      return () => work.leastMs + random() * (work.mostMs - work.leastMs);
    case 'exponential':
      return () => work.meanMs * exponential(random);
    case 'lognormal': {
      // The median of the log-normal distribution. If Z has the standard normal distribution, the mean of
      // exp(σ·Z) is exp(σ²/2).
      const medianMs = work.meanMs / Math.exp(work.sigma ** 2 / 2);
      return () => medianMs * Math.exp(work.sigma * normal(random));
    }
  }
}
