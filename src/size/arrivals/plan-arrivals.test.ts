import { describe, expect, test } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import type { Plan, ThreadGroup } from '../../plan/plan.ts';
import { messagesOf } from './arrivals.ts';
import { planArrivals } from './plan-arrivals.ts';

const request = {
  name: 'r',
  url: 'http://localhost/',
  method: 'POST',
  headers: {},
  body: '{}',
  timeoutMs: 0,
} as const;

const group = (fields: Partial<ThreadGroup> = {}): ThreadGroup => ({
  name: 'g',
  threads: 10,
  loops: 20,
  durationMs: null,
  rampUpMs: 0,
  onSampleError: 'continue',
  requests: [request],
  ...fields,
});

const plan = (rate: number | null, ...threadGroups: ThreadGroup[]): Plan => ({
  name: 'p',
  threadGroups,
  rate,
  identity: IN_BODY,
});

describe('arrivals of a plan with a rate', () => {
  test.each([
    ['end when its loops end', group(), { fromMs: 0, toMs: 4000, messages: 200 }],
    [
      'end with its duration',
      group({ loops: null, durationMs: 3000 }),
      { fromMs: 0, toMs: 3000, messages: 150 },
    ],
    [
      'end with the loops or the duration, whichever comes first',
      group({ durationMs: 1000 }),
      { fromMs: 0, toMs: 1000, messages: 50 },
    ],
    ['start after its delay', group({ startDelayMs: 500 }), { fromMs: 500, toMs: 4500, messages: 200 }],
  ])('%s', (_, threadGroup, expected) => {
    expect(planArrivals(plan(50, threadGroup), null).pieces).toEqual([expected]);
  });

  test('are unknown when one group ends by time and another by loops', () => {
    const mixed = plan(50, group(), group({ loops: null, durationMs: 3000 }));
    expect(() => planArrivals(mixed, null)).toThrow(/share a rate/);
  });
});

describe('arrivals of a plan without a rate', () => {
  test('all arrive at once, which gives the largest backlog', () => {
    const { pieces, assumes } = planArrivals(plan(null, group(), group({ threads: 5 })), null);
    expect(pieces).toEqual([{ fromMs: 0, toMs: 0, messages: 300 }]);
    expect(assumes).toContain('so no real backlog can be larger');
  });

  test('are refused when the plan ends by time', () => {
    const endless = plan(null, group({ loops: null, durationMs: 3000 }));
    expect(() => planArrivals(endless, null)).toThrow(/ends by time/);
  });

  test('follow the response time if it is known', () => {
    const thinking = { ...request, timers: [{ delayMs: 100, rangeMs: 100 }] };
    const { pieces } = planArrivals(plan(null, group({ requests: [request, thinking] })), 25);
    // Each thread sends two messages in each of 20 loops, and a loop takes 25 + 25 + 150 ms.
    expect(pieces).toEqual([{ fromMs: 0, toMs: 4000, messages: 400 }]);
  });

  test.each([
    [3000, 4],
    [2500, 4],
    [30_000, 1],
  ])(
    'with a response time of %i ms are those that a thread sends within 10 s: %i',
    (responseTimeMs, sent) => {
      const { pieces } = planArrivals(plan(null, group({ loops: null, durationMs: 10_000 })), responseTimeMs);
      expect(pieces).toEqual([{ fromMs: 0, toMs: sent * responseTimeMs, messages: 10 * sent }]);
    },
  );

  test('of a loop that the end of the time interrupts are the requests that were sent', () => {
    const thinking = { ...request, timers: [{ delayMs: 300, rangeMs: 0 }] };
    const requests = [request, thinking];
    const { pieces } = planArrivals(plan(null, group({ requests, loops: null, durationMs: 1000 })), 100);
    // Each thread sends at 0, 400, 500 and 900 ms.
    expect(messagesOf(pieces)).toBe(40);
    const shorter = planArrivals(plan(null, group({ requests, loops: null, durationMs: 900 })), 100);
    expect(messagesOf(shorter.pieces)).toBe(30);
  });

  test('have one piece per thread of a ramp-up, from its start to its end', () => {
    const ramp = group({ rampUpMs: 10_000, loops: null, durationMs: 10_000 });
    const { pieces } = planArrivals(plan(null, ramp), 100);
    expect(pieces).toHaveLength(10);
    expect(pieces[3]).toEqual({ fromMs: 3000, toMs: 10_000, messages: 70 });
    expect(messagesOf(pieces)).toBe(550);
  });

  test('of 12,345 threads need at most 100 pieces and keep every message', () => {
    const { pieces } = planArrivals(plan(null, group({ threads: 12_345, rampUpMs: 60_000 })), 10);
    expect(pieces.length).toBeLessThanOrEqual(100);
    expect(messagesOf(pieces)).toBe(12_345 * 20);
  });
});

describe('requests that send no message', () => {
  const silent = { ...request, method: 'GET', body: null } as const;
  const requests = [silent, request, { ...request, identity: { kind: 'none' } } as const];
  const sized = group({ requests });

  test('are no arrivals, whether the plan has a rate, or a response time, or neither', () => {
    // Ten threads send 600 requests with 200 messages.
    expect(planArrivals(plan(50, sized), null).pieces).toEqual([{ fromMs: 0, toMs: 12_000, messages: 200 }]);
    expect(planArrivals(plan(null, sized), 25).pieces).toEqual([{ fromMs: 0, toMs: 1500, messages: 200 }]);
    expect(planArrivals(plan(null, sized), null).pieces).toEqual([{ fromMs: 0, toMs: 0, messages: 200 }]);
  });

  test('take their share of a rate', () => {
    const timed = { loops: null, durationMs: 10_000 };
    const both = plan(60, group({ ...timed, requests }), group({ ...timed, threads: 20 }));
    // Of 600 requests, the 10 threads of the first group send 200, and the 20 threads of the second group send 400.
    expect(messagesOf(planArrivals(both, null).pieces)).toBeCloseTo(200 / 3 + 400, 6);
  });

  test('leave a whole number of messages', () => {
    const seven = [...Array(7).fill(request), ...Array(3).fill(silent)];
    for (let threads = 1; threads <= 100; threads++) {
      const { pieces } = planArrivals(plan(7, group({ threads, loops: 3, requests: seven })), null);
      expect(messagesOf(pieces)).toBe(21 * threads);
    }
  });

  test('can be the last ones that a thread sends in time', () => {
    const timed = group({ requests: [silent, request], loops: null, durationMs: 250 });
    // Each thread sends at 0, 100 and 200 ms, and only the second request sends a message.
    expect(messagesOf(planArrivals(plan(null, timed), 100).pieces)).toBe(10);
  });

  test('are refused if there are no others', () => {
    const alone = plan(null, group({ requests: [silent] }));
    expect(() => planArrivals(alone, null)).toThrow(/sends no messages/);
  });
});

describe('a group that ends before its first timer', () => {
  const waiting = { ...request, timers: [{ delayMs: 5_000, rangeMs: 0 }] };
  const silent = group({ requests: [waiting], loops: null, durationMs: 4_000 });

  test('sends nothing, with a rate or without', () => {
    for (const rate of [50, null]) {
      expect(() => planArrivals(plan(rate, silent), null)).toThrow(
        expect.objectContaining({
          message: expect.stringContaining('sends no messages'),
          hint: expect.stringContaining('ends before its first timer'),
        }),
      );
    }
  });

  test('takes no share of the rate from the other groups', () => {
    const both = plan(50, silent, group({ startDelayMs: 6_000, loops: null, durationMs: 3_000 }));
    expect(planArrivals(both, null).pieces).toEqual([{ fromMs: 6_000, toMs: 9_000, messages: 150 }]);
  });
});
