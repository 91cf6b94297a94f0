import { pause } from '../../pause.ts';

/** The clock of a service: real, or simulated in a test. */
export interface Clock {
  /** Epoch milliseconds with a fraction. Never goes back. */
  now(): number;
  /** Resolves at this time, or as soon as the signal is aborted. */
  until(atMs: number, signal: AbortSignal): Promise<void>;
}

/** Longest delay of a Node.js timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  until: async (atMs, signal) => {
    // Timers use whole milliseconds and can fire early.
    for (let left = atMs - systemClock.now(); left > 0 && !signal.aborted; left = atMs - systemClock.now()) {
      await pause(Math.min(MAX_TIMER_MS, Math.ceil(left)), signal);
    }
  },
};
