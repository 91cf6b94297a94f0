import { afterEach, describe, expect, it } from 'vitest';
import { groupTo, place, planOf, TestBed } from './testing/test-bed.ts';

const bed = new TestBed();

afterEach(() => bed.cleanUp());

describe('ramp-up', () => {
  it('starts threads in their order, each when it is due', async () => {
    const { url, received } = await bed.endpoint();
    const { result } = await bed.run(planOf([groupTo(url, { threads: 10, rampUpMs: 200 })]));
    expect(received.map(({ thread }) => thread)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(result.endedMs - result.startedMs).toBeGreaterThanOrEqual(9 * 20 - 1);
  });

  it('starts no thread that is due after the end', async () => {
    const { url, received } = await bed.endpoint();
    const group = groupTo(url, { threads: 10, rampUpMs: 10_000, durationMs: 100, loops: 1 });
    const { result } = await bed.run(planOf([group]));
    expect(received.map(({ thread }) => thread)).toEqual([1]);
    expect(result.threads.started).toBe(1);
  });
});

describe('a start delay', () => {
  it('holds back all threads whose ramp-up is over by then, and the duration begins after it', async () => {
    const { url, received } = await bed.endpoint();
    const group = groupTo(url, { threads: 3, rampUpMs: 30, startDelayMs: 100, loops: null, durationMs: 100 });
    const starts: number[] = [];
    const { result } = await bed.run(planOf([group]), {
      onSample: ({ timeStampMs }) => starts.push(timeStampMs),
    });
    expect(Math.min(...starts) - result.startedMs).toBeGreaterThanOrEqual(99);
    expect(new Set(received.map(({ thread }) => thread))).toEqual(new Set([1, 2, 3]));
    expect(result.endedMs - result.startedMs).toBeGreaterThanOrEqual(199);
  });
});

describe('duration', () => {
  it('ends endless loops, between samples', async () => {
    const { url, received } = await bed.endpoint();
    const { result, rows } = await bed.run(
      planOf([groupTo(url, { threads: 3, loops: null, durationMs: 100 })]),
    );
    expect(result.end).toBe('completed');
    expect(result.statistics.failed).toBe(0);
    expect(rows.map(place).sort()).toEqual(received.map(place).sort());
  });
});

describe('rate', () => {
  it('is one of all threads together, and never runs ahead of the schedule', async () => {
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

  it('has as many slots as the duration holds, however slow the server is', async () => {
    const { url } = await bed.endpoint((response) => setTimeout(() => response.end(), 20));
    const group = groupTo(url, { threads: 50, loops: null, durationMs: 500 });
    const { result } = await bed.run(planOf([group], 100));
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
