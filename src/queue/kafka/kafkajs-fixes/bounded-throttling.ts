import { createRequire } from 'node:module';

/** What is used here of kafkajs's src/network/requestQueue/index.js, version 2.2.4. */
export interface ThrottledQueue {
  throttledUntil: number;
  maybeThrottle(throttleTimeMs: number | null): void;
}

/** Longer than a broker's quota windows ask for (quota.window.size.seconds is 1 by default). */
export const MAX_THROTTLE_MS = 10_000;

/**
 * Bounds how long a broker may keep a connection of kafkajs's waiting: kafkajs believes any number, up to 24 days,
 * and requests that wait for that have no time-out. Nothing is gained by sending earlier, and nothing is lost: a
 * broker that throttles reads nothing from the connection meanwhile (KIP-219).
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
