/** Options that the SDK accepts for a request. */
export interface RequestOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Sends a request. Stops waiting after `timeoutMs` or on abort, even if the SDK does not: it ignores the signal while
 * it looks for credentials.
 * @throws Error 'no answer …' on timeout or abort, otherwise the error of the request
 */
export async function request<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  send: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  // Timers can fire up to 1 ms early, but a request must not fail before its timeout.
  const timer = setTimeout(abort, Math.ceil(Math.max(0, timeoutMs)) + 1);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const aborted = new Promise<never>((_, reject) => {
    const give = () => reject(new Error(`no answer within ${Math.round(timeoutMs)} ms`));
    if (controller.signal.aborted) give();
    else controller.signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([send({ abortSignal: controller.signal }), aborted]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
