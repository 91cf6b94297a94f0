import type { Child } from '../process/child.ts';

/** Waits for a sender, which stops in good order when it is told. */
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

/** Calls back when the run is stopped, until that is forgotten. */
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
