import type { Child } from '../process/child.ts';

/** Waits until the sender exits. Asks it to stop cleanly when the run is stopped. */
export async function exited(sender: Child, stop: AbortSignal): Promise<void> {
  const tell = () => sender.stop();
  stop.addEventListener('abort', tell, { once: true });
  try {
    if (stop.aborted) tell();
    await sender.exited;
  } finally {
    stop.removeEventListener('abort', tell);
  }
}

/** Calls `note` when the run is stopped. After a call of `forget`, `note` is not called any more. */
export function noteWhenStopped(stop: AbortSignal, note: () => void) {
  const seen = { happened: false, forget: () => stop.removeEventListener('abort', tell) };
  const tell = () => {
    seen.happened = true;
    note();
  };
  if (stop.aborted) tell();
  else stop.addEventListener('abort', tell, { once: true });
  return seen;
}
