import type { Context } from './context.ts';

/** The two Ctrl-C of a run. */
export interface StopSignals {
  /** The first: stop sending, finish what is in flight, write every file. */
  readonly stop: AbortSignal;
  /** The second: stop at once. */
  readonly interrupt: AbortSignal;
}

export function stopSignals(context: Context): StopSignals {
  const stop = new AbortController();
  const interrupt = new AbortController();
  context.onSignal(() => (stop.signal.aborted ? interrupt : stop).abort());
  return { stop: stop.signal, interrupt: interrupt.signal };
}

/** Resolves with the first of them. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
