import { afterEach, describe, expect, it } from 'vitest';
import { groupTo, planOf, requestTo, TestBed } from '../testing/test-bed.ts';

const bed = new TestBed();

afterEach(() => bed.cleanUp());

const constant = (delayMs: number) => ({ delayMs, rangeMs: 0 });

describe('think time', () => {
  it('passes before each request of a thread, including the first', async () => {
    const starts: number[] = [];
    const { url } = await bed.endpoint();
    const requests = [requestTo(url, { timers: [constant(40)] })];
    const { result } = await bed.run(planOf([groupTo(url, { loops: 3, requests })]), {
      onSample: ({ timeStampMs }) => starts.push(timeStampMs),
    });
    for (const [index, start] of [result.startedMs, ...starts].slice(0, -1).entries()) {
      expect((starts[index] ?? 0) - start).toBeGreaterThanOrEqual(38);
    }
  });

  it('ends at the end of its thread group', async () => {
    const { url, received } = await bed.endpoint();
    const requests = [requestTo(url, { timers: [constant(60_000)] })];
    const { result } = await bed.run(
      planOf([groupTo(url, { loops: null, durationMs: 50, threads: 3, requests })]),
    );
    expect(result).toMatchObject({ end: 'completed', threads: { active: 0, finished: 3 } });
    expect(received).toEqual([]);
  });

  it('ends when the run is stopped', async () => {
    const { url, received } = await bed.endpoint();
    const stop = new AbortController();
    const requests = [requestTo(url, { timers: [constant(60_000)] })];
    const { result } = await bed.run(planOf([groupTo(url, { threads: 3, requests })]), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(result).toMatchObject({ end: 'stopped', threads: { active: 0, finished: 3 } });
    expect(received).toEqual([]);
  });
});
