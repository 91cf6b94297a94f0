import { afterEach, describe, expect, it } from 'vitest';
import { threadName } from '../samples/sample.ts';
import { groupTo, place, planOf, TestBed } from './testing/test-bed.ts';

const bed = new TestBed();

afterEach(() => bed.cleanUp());

describe('ramp-up', () => {
  it('starts every thread, and none before its time', async () => {
    const { url, received } = await bed.endpoint();
    const group = groupTo(url, { threads: 5, rampUpMs: 500, startDelayMs: 200 });
    const starts = new Map<string, number>();
    const { result } = await bed.run(planOf([group]), {
      onSample: ({ threadName, timeStampMs }) => starts.set(threadName, timeStampMs),
    });
    expect(received.map(({ thread }) => thread).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(result.threads.started).toBe(5);
    for (const [index, dueMs] of [200, 200, 200, 300, 400].entries()) {
      const startMs = starts.get(threadName('users', 1, index + 1));
      expect(startMs).toBeGreaterThanOrEqual(result.startedMs + dueMs - 1);
    }
  });
});

describe('duration', () => {
  it('ends endless loops between samples, when the duration after the start delay has passed', async () => {
    const { url, received } = await bed.endpoint();
    const group = groupTo(url, { threads: 3, startDelayMs: 100, loops: null, durationMs: 2_000 });
    const { result, rows } = await bed.run(planOf([group]));
    expect(result.end).toBe('completed');
    expect(result.statistics.failed).toBe(0);
    expect(rows.map(place).sort()).toEqual(received.map(place).sort());
    expect(new Set(received.map(({ thread }) => thread))).toEqual(new Set([1, 2, 3]));
    expect(result.endedMs - result.startedMs).toBeGreaterThanOrEqual(2_099);
  });
});

describe('rate', () => {
  it('is shared by all threads and never runs ahead of the schedule', async () => {
    const { url, received } = await bed.endpoint();
    const starts: number[] = [];
    const { result, rows } = await bed.run(planOf([groupTo(url, { threads: 4, loops: 25 })], 400), {
      onSample: ({ timeStampMs }) => starts.push(timeStampMs),
    });
    expect(rows.map(place).sort()).toEqual(received.map(place).sort());
    const first = result.startedMs;
    starts.sort((a, b) => a - b);
    for (const [slot, start] of starts.entries())
      expect(start - first).toBeGreaterThanOrEqual(slot * 2.5 - 1);
  });

  it('begins with the first thread, so nothing is sent at once after a start delay', async () => {
    const { url } = await bed.endpoint();
    const starts: number[] = [];
    const group = groupTo(url, { threads: 5, loops: 10, startDelayMs: 500 });
    const { result } = await bed.run(planOf([group], 200), {
      onSample: ({ timeStampMs }) => starts.push(timeStampMs),
    });
    starts.sort((a, b) => a - b);
    expect(starts).toHaveLength(50);
    for (const [slot, start] of starts.entries())
      expect(start - result.startedMs).toBeGreaterThanOrEqual(500 + slot * 5 - 1);
  });

  it('has all slots of the duration, however slow the server is', async () => {
    const { url } = await bed.endpoint((response) => setTimeout(() => response.end(), 20));
    const group = groupTo(url, { threads: 50, loops: null, durationMs: 2_000 });
    const { result } = await bed.run(planOf([group], 25));
    expect(result.statistics.samples).toBeLessThanOrEqual(50);
    expect(result.statistics.samples).toBeGreaterThan(0);
  });

  it('shows in the intended latency that all threads were busy', async () => {
    const { url } = await bed.endpoint((response) => setTimeout(() => response.end(), 50));
    const { result } = await bed.run(planOf([groupTo(url, { loops: 10 })], 1000));
    const slowest = (histogram: typeof result.latency): number => histogram.getValueAtPercentile(100) / 1000;
    expect(slowest(result.intendedLatency)).toBeGreaterThan(9 * 49);
    expect(slowest(result.intendedLatency)).toBeGreaterThan(slowest(result.latency));
  });
});
