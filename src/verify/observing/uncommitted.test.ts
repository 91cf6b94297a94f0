import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UncommittedMessages } from './uncommitted.ts';

const ORIGIN_MS = 1_800_000_000_000;

/** Generates messages whose offsets have gaps, and commits between the messages. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({ skip: fc.constantFrom(0, 0, 0, 1, 7), afterMs: fc.constantFrom(0, 1, 5, 30) }),
    },
    { weight: 1, arbitrary: fc.record({ commit: fc.double({ min: 0, max: 1.2, noNaN: true }) }) },
  ),
  { minLength: 50, maxLength: 300 },
);

test('gives the same counts and times as a list of all messages', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const messages = new UncommittedMessages(ORIGIN_MS);
      let known: { offset: number; atMs: number }[] = [];
      let next = 0;
      let atMs = ORIGIN_MS;
      for (const step of all) {
        if ('commit' in step) {
          const before = Math.floor(next * step.commit);
          const committed: number[] = [];
          messages.commit(before, (count, arrivedAtMs) =>
            committed.push(...Array.from({ length: count }, () => arrivedAtMs)),
          );
          const expected = known.filter(({ offset }) => offset < before);
          known = known.filter(({ offset }) => offset >= before);
          expect(committed).toHaveLength(expected.length);
          for (const [index, { atMs: arrivedAtMs }] of expected.entries()) {
            expect(arrivedAtMs - (committed[index] ?? 0)).toBeGreaterThanOrEqual(0);
            expect(arrivedAtMs - (committed[index] ?? 0)).toBeLessThan(10);
          }
        } else {
          next += step.skip;
          atMs += step.afterMs;
          expect(messages.add(next, atMs)).toBe(true);
          known.push({ offset: next, atMs });
          next++;
        }
        expect(messages.count).toBe(known.length);
        expect(messages.oldestMs === null).toBe(known.length === 0);
      }
      expect(messages.end).toBe(known.length === 0 && next === 0 ? 0 : next);
    }),
  );
});

test('ignores an offset that was added before', () => {
  const messages = new UncommittedMessages(ORIGIN_MS);
  expect([messages.add(3, ORIGIN_MS), messages.add(3, ORIGIN_MS), messages.add(2, ORIGIN_MS)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(messages.count).toBe(1);
});

test('keeps 10^7 messages of a fast run in little memory, and finds each of them', () => {
  const messages = new UncommittedMessages(ORIGIN_MS);
  const before = process.memoryUsage().arrayBuffers;
  // Messages arrive at a rate of 100,000 per second.
  for (let offset = 0; offset < 10_000_000; offset++) messages.add(offset, ORIGIN_MS + offset / 100);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  let committed = 0;
  messages.commit(9_999_999, (count) => {
    committed += count;
  });
  expect([committed, messages.count]).toEqual([9_999_999, 1]);
});

test('takes 16 bytes for each message if no two of them are neighbours', () => {
  const messages = new UncommittedMessages(ORIGIN_MS);
  const before = process.memoryUsage().arrayBuffers;
  const count = 1_000_000;
  for (let index = 0; index < count; index++) messages.add(index * 2, ORIGIN_MS + index);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(count * 17);
  let committed = 0;
  messages.commit(count * 2, (each) => {
    committed += each;
  });
  expect([committed, messages.count, messages.oldestMs]).toEqual([count, 0, null]);
});
