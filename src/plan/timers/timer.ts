import type { FilledText } from '../language/filled-text.ts';

/** What makes a thread wait before a request. */
export type Timer = Pause | RandomTimer | ThroughputTimer | PreciseTimer;

/** A think time for each message: `delayMs` plus a uniformly random time up to `rangeMs`. */
export interface Pause {
  readonly delayMs: number;
  readonly rangeMs: number;
}

/** How JMeter draws the random part of a waiting time. */
export const DISTRIBUTIONS = ['uniform', 'gaussian', 'poisson'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

/** A random timer of JMeter. Both texts are read as JMeter reads them, once for each message. */
export interface RandomTimer {
  readonly kind: Distribution;
  readonly delay: FilledText;
  readonly range: FilledText;
}

/** For which threads a Constant Throughput Timer counts, in the order of JMeter's `calcMode`. */
export const THROUGHPUT_MODES = ['thread', 'all', 'group', 'all shared', 'group shared'] as const;
export type ThroughputMode = (typeof THROUGHPUT_MODES)[number];

/** JMeter's Constant Throughput Timer. */
export interface ThroughputTimer {
  readonly kind: 'throughput';
  /** The place of the timer in the file. Each thread has one state for all requests with this timer. */
  readonly element: string;
  readonly perMinute: FilledText;
  readonly mode: ThroughputMode;
}

/** JMeter's Precise Throughput Timer. */
export interface PreciseTimer {
  readonly kind: 'precise';
  /** Messages in each period. */
  readonly throughput: number;
  readonly periodSeconds: number;
  /** The number of messages in each time of this length is exact. */
  readonly durationSeconds: number;
  /** How many messages leave at the same time. */
  readonly batchSize: number;
  /** The seed of the random times. 0 if they differ from run to run. */
  readonly seed: number;
}

export function isPause(timer: Timer): timer is Pause {
  return !('kind' in timer);
}
