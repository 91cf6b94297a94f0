import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Mergeable, TimeBuckets } from './time-buckets.ts';

const MOST = 10;
const WIDTH_MS = 100;

class Count implements Mergeable<Count> {
  count = 0;

  add(other: Count): void {
    this.count += other.count;
  }
}

test('counts each time once, in its span, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 1_000_000 }), { minLength: 1 }), (times) => {
      const buckets = new TimeBuckets(MOST, WIDTH_MS, () => new Count());
      for (const time of times) buckets.at(time).count += 1;
      const { widthMs } = buckets;
      const list = buckets.list();
      expect(list.length).toBeLessThanOrEqual(MOST);
      for (const { fromMs, value } of list) {
        const inside = times.filter((time) => Math.floor(Math.max(0, time) / widthMs) * widthMs === fromMs);
        expect(value.count).toBe(inside.length);
      }
      expect(list.reduce((sum, { value }) => sum + value.count, 0)).toBe(times.length);
    }),
  );
});

test('doubles the width only when it has to', () => {
  const buckets = new TimeBuckets(MOST, WIDTH_MS, () => new Count());
  buckets.at(MOST * WIDTH_MS - 1);
  expect(buckets.widthMs).toBe(WIDTH_MS);
  buckets.at(MOST * WIDTH_MS);
  expect(buckets.widthMs).toBe(2 * WIDTH_MS);
});
