/** As the SDK takes them. */
export interface RequestOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * A request that ends after `timeoutMs` or on abort, wherever the SDK is by then: while it looks for credentials it
 * does not listen to a signal.
 * @throws Error 'no answer …' then, and whatever the request fails with before
 */
export async function request<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  send: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  // Timers may fire a little early, and before its time is over a request has not failed.
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
