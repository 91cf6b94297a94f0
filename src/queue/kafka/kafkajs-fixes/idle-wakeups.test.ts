import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type RequestQueue, stopIdleWakeups } from './idle-wakeups.ts';

interface TestedQueue extends RequestQueue {
  maybeThrottle(ms: number): void;
  push(request: object): void;
}

const RequestQueueClass: new (options: object) => TestedQueue = createRequire(import.meta.url)(
  'kafkajs/src/network/requestQueue',
);

beforeEach(() => {
  stopIdleWakeups();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function openRequestQueue(maxInFlightRequests: number | null): TestedQueue {
  const logger = { debug: () => {}, warn: () => {} };
  return new RequestQueueClass({ maxInFlightRequests, requestTimeout: 1000, clientId: 'test', logger });
}

function request(correlationId: number, sent: number[]): object {
  return {
    entry: { correlationId, resolve: () => {}, reject: () => {} },
    expectResponse: true,
    sendRequest: () => sent.push(correlationId),
  };
}

test('an idle request queue starts no timer', () => {
  openRequestQueue(null).checkPendingRequests();
  expect(vi.getTimerCount()).toBe(0);
});

test('a throttled request is sent when the throttle ends, and no timer remains', () => {
  const queue = openRequestQueue(null);
  const sent: number[] = [];
  queue.maybeThrottle(200);
  queue.push(request(1, sent));
  vi.advanceTimersByTime(190);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(30);
  expect(sent).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a request that waits for room in flight is checked again', () => {
  const queue = openRequestQueue(1);
  const sent: number[] = [];
  queue.push(request(1, sent));
  queue.push(request(2, sent));
  vi.advanceTimersByTime(50);
  expect(sent).toEqual([1]);
  expect(vi.getTimerCount()).toBe(1);
});
