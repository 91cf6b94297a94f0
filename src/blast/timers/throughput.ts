import type { ThroughputMode } from '../../plan/timers/timer.ts';

/** The largest number of Java's type long. JMeter waits so long if the throughput is 0. */
const LONGEST = 2 ** 63;
const MINUTE_MS = 60_000;

/** The number of threads that run now. */
export interface ActiveNumbers {
  readonly all: number;
  readonly inGroup: number;
}

/** The time at which the next request of several threads is due. Source: ThroughputInfo in ConstantThroughputTimer. */
export class SharedSchedule {
  #lastMs = 0;

  /** Returns the delay until the next time of the schedule. */
  delayMs(nowMs: number, msPerRequest: number): number {
    const next = this.#lastMs > LONGEST - msPerRequest ? nowMs : this.#lastMs + msPerRequest;
    this.#lastMs = Math.max(nowMs, next);
    return this.#lastMs - nowMs;
  }
}

/** A Constant Throughput Timer in one thread. Source: ConstantThroughputTimer.java, delay. */
export class ThroughputState {
  #previousMs = 0;

  /**
   * Returns how long the thread waits. The first request does not wait.
   * @param nowMs the time in epoch milliseconds
   * @param shared the schedule of all threads for which the timer counts
   */
  delayMs(
    mode: ThroughputMode,
    perMinute: number,
    active: ActiveNumbers,
    shared: SharedSchedule,
    nowMs: number,
  ): number {
    const between = betweenMs(mode, MINUTE_MS / perMinute, active, shared, nowMs);
    const target = this.#previousMs > LONGEST - between ? 0 : this.#previousMs + between;
    this.#previousMs = Math.max(nowMs, target);
    return this.#previousMs - nowMs;
  }
}

function betweenMs(
  mode: ThroughputMode,
  msPerRequest: number,
  active: ActiveNumbers,
  shared: SharedSchedule,
  nowMs: number,
): number {
  switch (mode) {
    case 'thread':
      return javaRound(msPerRequest);
    case 'all':
      return javaRound(active.all * msPerRequest);
    case 'group':
      return javaRound(active.inGroup * msPerRequest);
    case 'all shared':
    case 'group shared':
      return shared.delayMs(nowMs, javaRound(msPerRequest));
  }
}

/** Java's Math.round, which returns a long. */
function javaRound(value: number): number {
  return Math.min(Math.floor(value + 0.5), LONGEST);
}
