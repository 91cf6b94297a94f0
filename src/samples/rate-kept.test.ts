import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RateSchedule, SendTimes } from './rate-kept.ts';

const START = 1_795_446_132_123;
const FOR_NINE_SECONDS: RateSchedule = { ratePerSecond: 100, samples: null, durationMs: 9_000 };

/** Returns send times, given in milliseconds after the start. */
function sentAt(times: readonly number[]): SendTimes {
  const all = new SendTimes();
  for (const ms of times) all.add(START + ms);
  return all;
}

function evenly(count: number, everyMs: number): number[] {
  return Array.from({ length: count }, (_, index) => index * everyMs);
}

describe('SendTimes', () => {
  it('reports a missed rate when too few requests are sent within the duration', () => {
    expect(sentAt(evenly(150, 60)).compare(FOR_NINE_SECONDS, START, true, 0.01)).toMatchObject({
      requestedPerSecond: 100,
      achievedPerSecond: 150 / 9,
      due: 900,
      sent: 150,
      kept: false,
    });
  });

  it('compares the longest run that a plan can have', () => {
    const longest: RateSchedule = { ratePerSecond: 10, samples: null, durationMs: 500 * 3_600_000 };
    const all = new SendTimes();
    for (let request = 0; request < 18_000_000; request++) all.add(START + request * 100);
    const kept = all.compare(longest, START, true, 0.01);
    expect(kept).toMatchObject({ due: 18_000_000, sent: 18_000_000, late: 0, kept: true });
  }, 60_000);

  it('reports a missed rate when all loops are sent, but too slowly', () => {
    const schedule = { ratePerSecond: 100, samples: 1_000, durationMs: null };
    const slow = sentAt(evenly(1_000, 60)).compare(schedule, START, true, 0.01);
    expect(slow).toMatchObject({ due: 1_000, kept: false });
    expect(slow.achievedPerSecond).toBeCloseTo(1000 / 60, 0);
    expect(slow.sent).toBeLessThan(180);
    expect(slow.late).toBeGreaterThan(960);
  });

  it('reports a kept rate for a punctual sender, for any rate and duration', () => {
    const cases = fc.record({
      ratePerSecond: fc.integer({ min: 1, max: 500 }),
      samples: fc.option(fc.integer({ min: 1, max: 1_000 })),
      durationMs: fc.integer({ min: 1, max: 10_000 }),
    });
    fc.assert(
      fc.property(cases, (schedule) => {
        const slots = Math.ceil((schedule.durationMs * schedule.ratePerSecond) / 1000);
        const count = Math.min(slots, schedule.samples ?? slots);
        const kept = sentAt(evenly(count, 1000 / schedule.ratePerSecond)).compare(schedule, START, true, 0);
        expect(kept).toMatchObject({ due: count, sent: count, late: 0, kept: true });
      }),
    );
  });

  it('reports a kept rate when late requests make up for a pause', () => {
    const times = evenly(900, 10).map((ms) => (ms >= 2_000 && ms < 5_000 ? 5_000 : ms));
    const { sent, late, kept } = sentAt(times).compare(FOR_NINE_SECONDS, START, true, 0.01);
    expect([sent, kept]).toEqual([900, true]);
    expect(Math.abs(late - 200)).toBeLessThanOrEqual(10);
  });

  it('accepts missing requests up to the tolerance, and no more', () => {
    const times = evenly(800, 10);
    expect(sentAt(times).compare(FOR_NINE_SECONDS, START, true, 0.12).kept).toBe(true);
    expect(sentAt(times).compare(FOR_NINE_SECONDS, START, true, 0.11).kept).toBe(false);
  });

  it('expects no requests after the last one of a run that failed requests ended', () => {
    const ended = sentAt(evenly(200, 10)).compare(FOR_NINE_SECONDS, START, false, 0.01);
    expect(ended).toMatchObject({ due: 200, sent: 200, late: 0, kept: true });
  });

  it('reports a missed rate when nothing was sent', () => {
    expect(sentAt([]).compare(FOR_NINE_SECONDS, START, true, 0.01)).toMatchObject({
      achievedPerSecond: 0,
      due: 900,
      sent: 0,
      kept: false,
    });
  });
});
