import { type Capacity, startsPerSecond } from '../../capacity/capacity.ts';
import { meanWorkMs, type Work } from '../../capacity/work.ts';
import { seededRandom } from '../structures/random.ts';
import { drawWork } from './draw-work.ts';
import { Instances } from './instances.ts';
import type { Service } from './service.ts';

type Steady = Pick<Capacity, 'ratePerSecond' | 'instances' | 'concurrency' | 'work'>;

/** Minimum number of simulated attempts. With exponential work, the computed rate is then exact to about 1 %. */
const LEAST_ATTEMPTS = 20_000;
/**
 * Minimum number of simulated attempts for each message that an instance can work on at the same time. The first
 * attempts start at once, because the instance has nothing to do yet. With enough attempts, these early starts hardly
 * change the computed rate.
 */
const TIMES_CONCURRENCY = 4;
const SEED = 1;
/** Highest rate that is tried, as a multiple of the needed rate. A rate as high as this limits almost no start. */
const MOST_FACTOR = 100;
const BISECTIONS = 20;

/**
 * Returns how many attempts all instances together start per second while messages always wait. Outages are ignored.
 * Null if this number has no limit. With a rate and random work, the number is lower than the rate alone and the work
 * alone would allow: an instance misses starts during long work, and makes up for a delay of at most 20 ms.
 */
export function saturatedPerSecond(capacity: Steady): number | null {
  const { ratePerSecond, instances, concurrency, work } = capacity;
  if (ratePerSecond === null || work === null || work.kind === 'constant') return startsPerSecond(capacity);
  const one = new Instances({ ratePerSecond, instances: 1, concurrency, work });
  const half = Math.max(LEAST_ATTEMPTS, TIMES_CONCURRENCY * concurrency) / 2;
  const nextWorkMs = workWithExactMean(work, half);
  const startOf = (attempt: number) => {
    let startMs = 0;
    for (let i = 0; i < attempt; i++) startMs = one.take(0, nextWorkMs).startMs;
    return startMs;
  };
  const middleMs = startOf(half);
  return (1000 * instances * half) / (startOf(half) - middleMs);
}

/**
 * Returns a source of random work times, which repeats after `count` times. Their mean is exactly that of the work.
 * Otherwise the mean of log-normal work would be too small, because most of its sum comes from few long times.
 */
function workWithExactMean(work: Work, count: number): () => number {
  const draw = drawWork(work, seededRandom(SEED, 'work'));
  const times = Array.from({ length: count }, draw);
  const factor = (count * meanWorkMs(work)) / times.reduce((sum, ms) => sum + ms, 0);
  let next = 0;
  return () => factor * (times[next++ % count] ?? 0);
}

/**
 * Returns the service with a lower rate, so that it starts only this many attempts per second while messages always
 * wait.
 */
export function slowedTo(perSecond: number, service: Service): Service {
  const each = perSecond / service.instances;
  if (service.work === null || service.work.kind === 'constant') return { ...service, ratePerSecond: each };
  let tooLittle = each;
  let enough = service.ratePerSecond ?? MOST_FACTOR * each;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (tooLittle + enough) / 2;
    const reached = saturatedPerSecond({ ...service, ratePerSecond: middle }) ?? 0;
    if (reached < perSecond) tooLittle = middle;
    else enough = middle;
  }
  return { ...service, ratePerSecond: enough };
}
