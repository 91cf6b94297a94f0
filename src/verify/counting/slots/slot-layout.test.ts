import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockOf, blockSlots, blockStart, identityAt, indexInStream, streamKey } from './slot-layout.ts';

const few = fc.integer({ min: 1, max: 100 });
const index = fc.oneof(few, fc.integer({ min: 1, max: 2 ** 31 - 1 }));
const places = fc.record({ group: few, thread: index, loop: index, request: few });

test('identityAt returns the identity of a stream index, for any number of requests in the group', () => {
  fc.assert(
    fc.property(places, few, (place, requests) => {
      const identity = { run: 'r', ...place };
      const key = streamKey(identity, requests);
      expect(identityAt(key, indexInStream(identity, requests), requests)).toEqual(place);
    }),
  );
});

test('blocks have no gaps, and waste at most half of their slots and at most 64', () => {
  for (let at = 0; at < 1_000; at++) {
    const block = blockOf(at);
    const end = blockStart(block) + blockSlots(block);
    expect(at).toBeGreaterThanOrEqual(blockStart(block));
    expect(at).toBeLessThan(end);
    expect(blockStart(block + 1)).toBe(end);
    expect(end).toBeLessThanOrEqual(Math.min(2 * (at + 1), at + 64));
  }
});
