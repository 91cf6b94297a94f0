import { createRequire } from 'node:module';

/** The part of kafkajs's src/network/requestQueue/index.js, version 2.2.4, that qbl uses. */
export interface ThrottledQueue {
  throttledUntil: number;
  maybeThrottle(throttleTimeMs: number | null): void;
}

/**
 * Limit for the delay that a broker can request. The time windows of a broker's quotas need less
 * (quota.window.size.seconds is 1 by default).
 */
export const MAX_THROTTLE_MS = 10_000;

/**
 * Limits how long a broker can delay a kafkajs connection. kafkajs accepts any delay up to 24 days, and
 * delayed requests have no time-out. To send a request before the delay ends does no harm, because the broker
 * does not read the connection during the delay (KIP-219).
 */
export function boundThrottling(): void {
  requestQueuePrototype().maybeThrottle = function maybeThrottle(throttleTimeMs) {
    if (throttleTimeMs === null || throttleTimeMs <= 0) return;
    const untilMs = Date.now() + Math.min(throttleTimeMs, MAX_THROTTLE_MS);
    this.throttledUntil = Math.max(untilMs, this.throttledUntil);
  };
}

function requestQueuePrototype(): ThrottledQueue {
  const { prototype }: { prototype: ThrottledQueue } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  );
  return prototype;
}
