import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlotTokens } from './slot-tokens.ts';

interface Step {
  readonly slot: number;
  readonly row: boolean;
  readonly content: number | null;
}

const SLOTS = [0, 1, 20_000];
const content = fc.option(fc.integer({ min: 0, max: 3 }));
const steps = fc.array(fc.record({ slot: fc.constantFrom(...SLOTS), row: fc.boolean(), content }), {
  maxLength: 20,
});

/** Returns the steps with only the first row of each slot. All copies stay, before and after the row. */
function oneRow(all: readonly Step[]): readonly Step[] {
  const seen = new Set<number>();
  return all.filter(({ slot, row }) => !row || (!seen.has(slot) && seen.add(slot) !== undefined));
}

test('rows and copies in any order give the same pairs and the same damage', () => {
  fc.assert(
    fc.property(steps.map(oneRow), (all) => {
      const tokens = new SlotTokens();
      const latencies = new Map<number, number>();
      let damaged = 0;
      for (const [at, { slot, row, content: hash }] of all.entries()) {
        if (row) {
          const { arrivedAtMs, damaged: copies } = tokens.addSent(slot, { sentAtMs: 1_000, content: hash });
          if (arrivedAtMs !== null) latencies.set(slot, arrivedAtMs - 1_000);
          damaged += copies;
        } else {
          const first = all.findIndex((step) => step.slot === slot && !step.row) === at;
          const { sentAtMs, isDamaged } = tokens.addSeen(slot, { arrivedAtMs: 2_000 + at, content: hash });
          if (first && sentAtMs !== null) latencies.set(slot, 2_000 + at - sentAtMs);
          damaged += Number(isDamaged);
        }
      }
      const expected = new Map<number, number>();
      let wrong = 0;
      for (const slot of SLOTS) {
        const sent = all.find((step) => step.slot === slot && step.row);
        const copies = all.filter((step) => step.slot === slot && !step.row);
        const first = copies[0];
        if (sent === undefined) continue;
        if (first !== undefined) expected.set(slot, 1_000 + all.indexOf(first));
        const isWrong = (step: Step) =>
          sent.content !== null && step.content !== null && step.content !== sent.content;
        wrong += copies.filter(isWrong).length;
      }
      expect(latencies).toEqual(expected);
      expect(damaged).toBe(wrong);
    }),
    { numRuns: 500 },
  );
});

test('a damaged copy is noticed however many messages have several copies', () => {
  const tokens = new SlotTokens();
  const slots = 2 ** 16 + 2;
  const copy = (slot: number, hash: number) => tokens.addSeen(slot, { arrivedAtMs: null, content: hash });
  for (let slot = 0; slot < slots; slot++) {
    copy(slot, 7);
    copy(slot, slot < slots - 2 ? 7 : 8);
  }
  const damaged = (slot: number, sent: number) => {
    const { damaged, isLeast } = tokens.addSent(slot, { sentAtMs: 0, content: sent });
    return [damaged, isLeast];
  };
  expect([damaged(0, 7), damaged(1, 9), damaged(slots - 1, 7)]).toEqual([
    [0, false],
    [2, false],
    [1, false],
  ]);
  for (let slot = 0; slot < slots; slot++) {
    copy(slots + slot, 7);
    copy(slots + slot, 8);
  }
  expect(damaged(2 * slots - 1, 7), 'too many differ to keep all').toEqual([1, true]);
});

test('every damaged copy before the row counts, or the count is called the least', () => {
  const hashes = Array.from({ length: 30 }, (_, at) => at);
  const once = fc.shuffledSubarray(hashes, { minLength: 12 });
  const again = fc.array(fc.tuple(fc.constantFrom(...hashes), fc.constantFrom(1, 300)), { maxLength: 5 });
  fc.assert(
    fc.property(once, again, fc.constantFrom(...hashes), (first, more, sent) => {
      const copies = [...first.map((hash) => [hash, 1] as const), ...more];
      const tokens = new SlotTokens();
      for (const [hash, times] of copies)
        for (let time = 0; time < times; time++) tokens.addSeen(0, { arrivedAtMs: null, content: hash });
      const { damaged, isLeast } = tokens.addSent(0, { sentAtMs: 0, content: sent });
      const expected = copies.reduce((sum, [hash, times]) => sum + (hash === sent ? 0 : times), 0);
      const contents = [...new Set(copies.map(([hash]) => hash))];
      expect(isLeast).toBe(contents.length > 17 && !contents.slice(0, 17).includes(sent));
      if (isLeast) expect(damaged).toBeLessThanOrEqual(expected);
      else expect(damaged).toBe(expected);
      expect(damaged).toBeGreaterThan(0);
    }),
  );
});
