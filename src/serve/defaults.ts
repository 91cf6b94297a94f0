export const SERVE_DEFAULTS = {
  port: 3000,
  timeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  maxBodyBytes: 1024 ** 2,
  maxPendingMessages: 50_000,
  maxPendingBytes: 256 * 1024 ** 2,
} as const;
