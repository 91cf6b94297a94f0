import type { JMeterProcess } from './process.ts';
import { sendMessage } from './process.ts';

/**
 * JMeter loses a message to stop that arrives before JMeter listens. So the message is repeated at this interval.
 */
const SAY_AGAIN_MS = 1000;
/** JMeter is killed if it has not stopped after this time. */
const KILL_AFTER_MS = 5000;

export interface Signals {
  /** When this signal is aborted, JMeter sends no more requests, and requests in flight finish. */
  readonly stop: AbortSignal;
  /** When this signal is aborted, JMeter aborts the requests in flight. */
  readonly interrupt: AbortSignal;
}

/** Passes the signals on to JMeter until it ends. */
export function passOnSignals(jmeter: JMeterProcess, port: number, { stop, interrupt }: Signals): void {
  const timers: NodeJS.Timeout[] = [];
  const say = () => void sendMessage(port, interrupt.aborted ? 'StopTestNow' : 'Shutdown');
  const onStop = () => {
    say();
    timers.push(setInterval(say, SAY_AGAIN_MS));
  };
  const onInterrupt = () => {
    say();
    timers.push(setTimeout(jmeter.kill, KILL_AFTER_MS));
  };
  for (const [signal, act] of [
    [stop, onStop],
    [interrupt, onInterrupt],
  ] as const) {
    if (signal.aborted) act();
    else signal.addEventListener('abort', act, { once: true });
  }
  const end = () => {
    for (const timer of timers) clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    interrupt.removeEventListener('abort', onInterrupt);
  };
  jmeter.exited.then(end, end);
}
