import { exponential, normal, type Random } from '../structures/random.ts';

/** How long a consumer works on one message. */
export type Work =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly leastMs: number; readonly mostMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** `sigma`: the standard deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sigma: number };

export function meanWorkMs(work: Work): number {
  if (work.kind === 'constant') return work.ms;
  return work.kind === 'uniform' ? (work.leastMs + work.mostMs) / 2 : work.meanMs;
}

/** Draws the work on one message after the other. */
export function drawWork(work: Work, random: Random): () => number {
  switch (work.kind) {
    case 'constant':
      return () => work.ms;
    case 'uniform':
      return () => work.leastMs + random() * (work.mostMs - work.leastMs);
    case 'exponential':
      return () => work.meanMs * exponential(random);
    case 'lognormal': {
      // The mean of exp(σ·Z) is exp(σ²/2).
      const medianMs = work.meanMs / Math.exp(work.sigma ** 2 / 2);
      return () => medianMs * Math.exp(work.sigma * normal(random));
    }
  }
}
