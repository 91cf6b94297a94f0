import type { PartitionLog } from '../log/partition-log.ts';

export interface Wait {
  readonly ended: Promise<void>;
  end(): void;
}

/** Waits until a log commits records or closes, until the time is over, or until the signal is aborted. */
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
