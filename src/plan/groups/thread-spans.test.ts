import { describe, expect, it } from 'vitest';
import { type TimedGroup, threadSpansOf, threadStartMs } from './thread-spans.ts';

describe('threadStartMs', () => {
  it("follows JMeter's formula", () => {
    expect([0, 1, 2].map((index) => threadStartMs(1000, 3, index))).toEqual([0, 333, 666]);
    expect([0, 1, 99].map((index) => threadStartMs(10_000, 100, index))).toEqual([0, 100, 9900]);
    expect([0, 50, 99].map((index) => threadStartMs(0, 100, index))).toEqual([0, 0, 0]);
    expect(threadStartMs(10, 100, 99)).toBe(0);
  });
});

describe('threadSpansOf', () => {
  const startsOf = (group: Partial<TimedGroup>) =>
    threadSpansOf({ threads: 3, rampUpMs: 4000, durationMs: null, ...group }).map(({ startMs }) => startMs);

  it('has the last start of a delayed start at the end of the ramp-up', () => {
    expect(startsOf({ delayedStart: true })).toEqual([0, 2000, 4000]);
    expect(startsOf({ delayedStart: true, threads: 1 })).toEqual([0]);
  });

  it('begins the ramp-up after the delay', () => {
    expect(startsOf({ delayedStart: true, startDelayMs: 1000 })).toEqual([1000, 3000, 5000]);
    expect(startsOf({ startDelayMs: 1000 })).toEqual([1000, 2333, 3666]);
  });

  it('leaves out threads that would start after the end', () => {
    expect(startsOf({ delayedStart: true, startDelayMs: 1000, durationMs: 3000 })).toEqual([1000, 3000]);
  });

  it('has the spans of a schedule, with the numbers of their threads', () => {
    const schedule = [
      { startMs: 9, endMs: 9 },
      { startMs: 1, endMs: 2 },
    ];
    expect(threadSpansOf({ threads: 2, rampUpMs: 0, durationMs: null, schedule })).toEqual([
      { startMs: 1, endMs: 2, index: 1 },
    ]);
  });
});
