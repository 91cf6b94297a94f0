import { pause } from '../../pause.ts';

/** Time as a service sees it: real, or that of a test. */
export interface Clock {
  /** Epoch milliseconds with a fraction; never goes back. */
  now(): number;
  /** Resolves at the time, or as soon as it is aborted. */
  until(atMs: number, signal: AbortSignal): Promise<void>;
}

/** Timers of Node count up to that. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  until: async (atMs, signal) => {
    // Timers count whole milliseconds, and may fire a little early.
    for (let left = atMs - systemClock.now(); left > 0 && !signal.aborted; left = atMs - systemClock.now()) {
      await pause(Math.min(MAX_TIMER_MS, Math.ceil(left)), signal);
    }
  },
};
