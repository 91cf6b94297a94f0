/** A condition variable: waits end when somebody notifies, on abort, or after a time. */
export class Condition {
  readonly #waiting = new Set<() => void>();

  notifyAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next notification, at the latest after `timeoutMs` or on abort: check again then. */
  wait(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || timeoutMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal?.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}

/** What the work resolves to, or `late` after `timeoutMs` or on abort. The work itself goes on. */
export async function within<T>(
  work: Promise<T>,
  timeoutMs: number,
  late: T,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = new Condition();
  try {
    return await Promise.race([work, timeout.wait(afterAll(timeoutMs), signal).then(() => late)]);
  } finally {
    timeout.notifyAll();
  }
}

/** Timers may fire a little early, and a deadline that is not there yet must not be taken for passed. */
function afterAll(timeoutMs: number): number {
  return timeoutMs <= 0 ? timeoutMs : Math.ceil(timeoutMs) + 1;
}
