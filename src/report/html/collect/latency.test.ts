import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newLatencyHistogram, recordLatencyMs } from '../../../samples/latency/histogram.ts';
import { latencySeries } from './latency.ts';

const latencies = fc.array(fc.double({ min: 0, max: 4_000_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

test('counts every latency in one bar, and ends the curve at the longest latency', () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const histogram = newLatencyHistogram();
      for (const value of values) recordLatencyMs(histogram, value);
      const { bars, percentiles, ms, figures } = latencySeries('HTTP', null, histogram);
      expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect(bars.length).toBeLessThanOrEqual(60);
      for (const [index, bar] of bars.entries()) expect(bar.fromMs).toBe(bars[index - 1]?.toMs ?? bar.fromMs);
      expect(percentiles.length).toBe(ms.length);
      expect(ms).toEqual([...ms].sort((a, b) => a - b));
      expect(ms.at(-1)).toBe(figures.at(-1)?.ms);
    }),
  );
});

test('uses round numbers as edges of the bars', () => {
  const histogram = newLatencyHistogram();
  for (const value of [1, 1.3, 9]) recordLatencyMs(histogram, value);
  expect(latencySeries('HTTP', null, histogram).bars.map(({ fromMs, count }) => [fromMs, count])).toEqual([
    [1, 1],
    [1.25, 1],
    [1.6, 0],
    [2, 0],
    [2.5, 0],
    [3.15, 0],
    [4, 0],
    [5, 0],
    [6.3, 0],
    [8, 1],
  ]);
});
