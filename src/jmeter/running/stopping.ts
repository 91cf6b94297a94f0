import type { JMeterProcess } from './process.ts';
import { sendMessage } from './process.ts';

/** A message that came before JMeter listened is said again. */
const SAY_AGAIN_MS = 1000;
/** How long JMeter may take to break everything off before it is killed. */
const KILL_AFTER_MS = 5000;

export interface Signals {
  /** Stop sending, and let what is in flight finish. */
  readonly stop: AbortSignal;
  /** Break off what is in flight. */
  readonly interrupt: AbortSignal;
}

/** Passes the signals on to JMeter until it has ended. */
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
