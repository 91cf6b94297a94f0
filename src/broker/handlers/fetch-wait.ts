import type { PartitionLog } from '../log/partition-log.ts';

export interface Wait {
  readonly ended: Promise<void>;
  end(): void;
}

/** Waits until one of the logs commits or closes, the time is over, or the signal aborts. */
export function waitForCommit(logs: readonly PartitionLog[], timeoutMs: number, signal: AbortSignal): Wait {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = setTimeout(end, timeoutMs);
  const stops = logs.map((log) => log.onCommit(end));
  signal.addEventListener('abort', end);
  const cleanUp = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    for (const stop of stops) stop();
  };
  return { ended: ended.then(cleanUp), end };
}
