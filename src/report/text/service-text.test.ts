import { expect, test } from 'vitest';
import type { ServiceEnd } from '../../runs/documents/service-json.ts';
import { serviceText } from './service-text.ts';
import { styleFor } from './style.ts';

const END: ServiceEnd = {
  at: '2026-11-28T00:00:00.000Z',
  ...{ processed: 10, attempts: 10, failed: 0, deadLettered: 0, redelivered: 0, others: 0 },
  ...{ perSecond: 5, busiestSecond: 5, lastEndMs: 2_000, peakBacklog: 7, pace: null },
  ...{ longestWaitMs: 0, longestUntilProcessedMs: 0, longestAgeMs: 1_500, waitSince: 'queue' },
};

test('calls the longest age a minimum if a clock is ahead', () => {
  const text = (clockAheadMs: number | null) =>
    serviceText({ ...END, clockAheadMs }, null, styleFor({ isTTY: false, columns: null }, {}));
  expect(text(0)).toMatch(/longest age +1,500 ms/);
  expect(text(8_000)).toMatch(/longest age +at least 1,500 ms/);
});
