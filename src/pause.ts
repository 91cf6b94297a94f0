import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves after `ms` milliseconds, or as soon as the signal is aborted. The caller must check whether the
 * signal was aborted.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Resolves as soon as the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
