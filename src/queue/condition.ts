/** Lets callers wait for a change. Each wait ends on a notification, on abort, or after a timeout. */
export class Condition {
  readonly #waiting = new Set<() => void>();

  notifyAll(): void {
    for (const notified of [...this.#waiting]) notified();
  }

  /**
   * Waits for the next notification, for an abort, or for `timeoutMs`. Afterwards the caller must check whether the
   * change that it waits for has happened.
   * @param isMet if this returns false, a notification does not end the wait, so the caller need not wait again
   */
  wait(timeoutMs: number, signal?: AbortSignal, isMet = () => true): Promise<void> {
    if (signal?.aborted || timeoutMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const notified = () => {
        if (isMet()) wake();
      };
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiting.delete(notified);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal?.addEventListener('abort', wake);
      this.#waiting.add(notified);
    });
  }
}

/**
 * Resolves with the result of `work`, or with `late` after `timeoutMs` or on abort. After a timeout or an
 * abort, `work` continues.
 */
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

/**
 * Returns a delay for a timer that ends after `timeoutMs`. Timers can fire up to 1 ms early, but no wait may end
 * before its deadline.
 */
function afterAll(timeoutMs: number): number {
  return timeoutMs <= 0 ? timeoutMs : Math.ceil(timeoutMs) + 1;
}
