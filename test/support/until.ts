import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 20;

/**
 * Waits until the condition returns something other than null or false, and resolves with this value.
 * @param what describes the condition in the error at the deadline
 */
export async function until<T>(
  what: string,
  condition: () => T | null | false | Promise<T | null | false>,
  deadlineMs = 60_000,
): Promise<T> {
  const givenUpAtMs = performance.now() + deadlineMs;
  while (true) {
    const met = await condition();
    if (met !== null && met !== false) return met;
    if (performance.now() > givenUpAtMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}
