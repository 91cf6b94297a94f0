import type { Outage } from './outages.ts';
import { meanWorkMs, type Work } from './work.ts';

/** What a service can do, behind a queue or without one, real or in a model. */
export interface Capacity {
  /** Works that one instance begins in a second at most; null: it is bound by its work alone. */
  readonly ratePerSecond: number | null;
  readonly instances: number;
  /** Messages that one instance works on at the same time. */
  readonly concurrency: number;
  /** On one message; null: none beside what the rate says. */
  readonly work: Work | null;
  /** The share of attempts that fail, from 0 to 1. */
  readonly failShare: number;
  /** When no instance works, in the order of time and without overlaps. */
  readonly outages: readonly Outage[];
}

type Steady = Omit<Capacity, 'failShare' | 'outages'>;

/** The work on a message, and how many an instance has in hand: without work, one after the other as the rate says. */
export function workOf({
  ratePerSecond,
  work,
  concurrency,
}: Pick<Capacity, 'ratePerSecond' | 'work' | 'concurrency'>): { work: Work; concurrency: number } {
  if (work !== null) return { work, concurrency };
  if (ratePerSecond === null) throw new RangeError('a service without a rate and without work');
  return { work: { kind: 'constant', ms: 1000 / ratePerSecond }, concurrency: 1 };
}

/** Works that all instances together begin in a second, outages aside; null: nothing bounds them. */
export function startsPerSecond(capacity: Steady): number | null {
  const { ratePerSecond, instances } = capacity;
  if (ratePerSecond === null && capacity.work === null) return null;
  const { work, concurrency } = workOf(capacity);
  const byWork = (1000 * concurrency) / meanWorkMs(work);
  return instances * Math.min(ratePerSecond ?? byWork, byWork);
}
