import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Histogram } from './histogram.ts';
import {
  mergeHistograms,
  newLatencyHistogram,
  percentileMs,
  recordLatencyMs,
  summariseHistogram,
} from './histogram.ts';
import { readHlog, writeHlog } from './hlog.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-hlog-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function histogramOf(latenciesMs: readonly number[]): Histogram {
  const histogram = newLatencyHistogram();
  for (const latencyMs of latenciesMs) recordLatencyMs(histogram, latencyMs);
  return histogram;
}

describe('latency histogram', () => {
  it('keeps three significant digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (latencyMs) => {
        const read = percentileMs(histogramOf([latencyMs]), 50);
        expect(Math.abs(read - latencyMs)).toBeLessThanOrEqual(latencyMs / 1000 + 0.001);
      }),
    );
  });

  it('counts a latency below 1 µs as 1 µs', () => {
    expect(summariseHistogram(histogramOf([-5, 0]))).toMatchObject({ count: 2, min: 0.001, max: 0.001 });
  });

  it('records a latency of 100 years without cutting it', () => {
    const days = 100 * 365 * 86_400_000;
    expect(summariseHistogram(histogramOf([days])).max / days).toBeCloseTo(1, 2);
  });

  it('merges histograms without loss', () => {
    const latency = fc.double({ min: 0.001, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (first, second) => {
        const merged = mergeHistograms([histogramOf(first), histogramOf(second)]);
        expect(summariseHistogram(merged)).toEqual(summariseHistogram(histogramOf([...first, ...second])));
      }),
    );
  });
});

describe('hlog', () => {
  it('reads back the histograms that it wrote', async () => {
    const path = join(folder, 'latency.hlog');
    const histogram = histogramOf([1, 2, 3, 500, 60_000]);
    const entry = { tag: 'latency', startMs: 1_700_000_000_123, endMs: 1_700_000_010_456, histogram };
    await writeHlog(path, [entry, { ...entry, tag: 'intended', histogram: histogramOf([7]) }]);
    const [latency, intended, ...rest] = await readHlog(path);
    expect(rest).toEqual([]);
    expect(intended?.tag).toBe('intended');
    expect(latency).toMatchObject({ tag: 'latency', startMs: entry.startMs });
    expect(latency?.endMs).toBeCloseTo(entry.endMs);
    expect(latency && summariseHistogram(latency.histogram)).toEqual(summariseHistogram(histogram));
  });

  it("writes HdrHistogram's log format 1.3", async () => {
    const path = join(folder, 'latency.hlog');
    await writeHlog(path, [
      { tag: 'latency', startMs: 1_700_000_000_123, endMs: 1_700_000_010_456, histogram: histogramOf([2]) },
    ]);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual([
      '#[Histogram log format version 1.3]',
      '#[StartTime: 1700000000.123 (seconds since epoch), 2023-11-14T22:13:20.123Z]',
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
      expect.stringMatching(/^Tag=latency,1700000000\.123,10\.333,2\.000,HISTF[A-Za-z0-9+/]+=*$/),
    ]);
  });

  it('refuses a missing file and a file in another format', async () => {
    const path = join(folder, 'other.hlog');
    await writeFile(path, '1,2,3,abcdefgh\n');
    await expect(readHlog(path)).rejects.toMatchObject({ name: 'QblError', exitCode: 2 });
    await expect(readHlog(join(folder, 'none.hlog'))).rejects.toMatchObject({ exitCode: 2 });
  });
});
