import { pause } from '../../pause.ts';

/** The clock of a service: real, or simulated in a test. */
export interface Clock {
  /** The time in epoch milliseconds, with a fraction. Never decreases. */
  now(): number;
  /** Resolves at the time `atMs`, or at once when the signal is aborted. */
  until(atMs: number, signal: AbortSignal): Promise<void>;
}

/** The longest delay that a timer of Node.js accepts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  until: async (atMs, signal) => {
    // Timers use whole milliseconds and can fire early, so check the time again.
    for (let left = atMs - systemClock.now(); left > 0 && !signal.aborted; left = atMs - systemClock.now()) {
      await pause(Math.min(MAX_TIMER_MS, Math.ceil(left)), signal);
    }
  },
};
