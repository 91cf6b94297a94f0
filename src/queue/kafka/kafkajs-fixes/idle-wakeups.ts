import { createRequire } from 'node:module';

/** The part of kafkajs's src/network/requestQueue/index.js, version 2.2.4, that qbl uses. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const PENDING_CHECK_INTERVAL_MS = 10;

/**
 * Stops needless timers of kafkajs. Its request queue starts a timer after each check, which wakes the process 915
 * times a second for each connection (tulios/kafkajs#1704). On Node 24 these timers also cause a warning, because
 * their delay is negative (#1751).
 */
export function stopIdleWakeups(): void {
  requestQueuePrototype().scheduleCheckPendingRequests = scheduleOnlyWhenNeeded;
}

function requestQueuePrototype(): RequestQueue {
  const { prototype }: { prototype: RequestQueue } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  );
  return prototype;
}

function scheduleOnlyWhenNeeded(this: RequestQueue): void {
  const throttledMs = this.throttledUntil - Date.now();
  if (this.throttleCheckTimeoutId !== null || (this.pending.length === 0 && throttledMs <= 0)) return;
  const check = () => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  };
  this.throttleCheckTimeoutId = setTimeout(check, throttledMs > 0 ? throttledMs : PENDING_CHECK_INTERVAL_MS);
}
