import { EXIT_CODES } from '../error.ts';
import type { Context } from './context.ts';

/** Signals for the first and the second Ctrl-C. */
export interface StopSignals {
  /** The first Ctrl-C: stop sending, finish what is in flight, write every file. */
  readonly stop: AbortSignal;
  /** The second Ctrl-C: stop at once. */
  readonly interrupt: AbortSignal;
  /** Time of the first Ctrl-C in epoch milliseconds, on the clock of the samples. Null before the first Ctrl-C. */
  readonly stoppedMs: number | null;
  /** Stops like the first Ctrl-C. Repeated calls do nothing. */
  request(): void;
}

export function stopSignals(context: Context): StopSignals {
  const stop = new AbortController();
  const interrupt = new AbortController();
  let stoppedMs: number | null = null;
  stop.signal.addEventListener('abort', () => {
    stoppedMs = performance.timeOrigin + performance.now();
  });
  context.onSignal(() => (stop.signal.aborted ? interrupt : stop).abort());
  return {
    stop: stop.signal,
    interrupt: interrupt.signal,
    get stoppedMs() {
      return stoppedMs;
    },
    request: () => stop.abort(),
  };
}

/** Returns a signal for servers. The first Ctrl-C ends the servers cleanly, the second Ctrl-C at once. */
export function stopSignal(context: Context): AbortSignal {
  const { stop, interrupt } = stopSignals(context);
  interrupt.addEventListener('abort', () => context.exit(EXIT_CODES.interrupted));
  return stop;
}
