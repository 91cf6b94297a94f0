import { describe, expect, it } from 'vitest';
import { RUN_COUNTS } from '../../runs/documents/counts.ts';
import { provableOf } from './provable.ts';

describe('provableOf', () => {
  const counts = Object.fromEntries(RUN_COUNTS.map((name) => [name, 1])) as Record<
    (typeof RUN_COUNTS)[number],
    number
  >;
  const clear = {
    counts,
    contentsDiffer: 0,
    mingled: null,
    misnamed: false,
    unidentified: null,
    unproven: 0,
  };

  it('adds up all counts of runs without doubts', () => {
    expect(provableOf([clear, clear])).toEqual(Object.fromEntries(RUN_COUNTS.map((name) => [name, 2])));
  });

  it('omits losses, phantoms and order if rows may name the wrong messages', () => {
    expect(provableOf([{ ...clear, misnamed: true }])).toEqual({
      ...counts,
      lost: 0,
      phantom: 0,
      outOfOrder: 0,
    });
  });

  it('omits damage that only the content in a row shows, if rows may name the wrong messages', () => {
    const damaged = { ...clear, counts: { ...counts, corrupt: 5 }, contentsDiffer: 3 };
    expect(provableOf([damaged])).toMatchObject({ corrupt: 5 });
    expect(provableOf([{ ...damaged, misnamed: true }])).toMatchObject({ corrupt: 2 });
  });

  it('omits the losses of a run whose messages may be in the queue but not readable', () => {
    expect(provableOf([{ ...clear, unidentified: 'x' }])).toEqual({ ...counts, lost: 0 });
  });

  it('omits what events about messages can look like, if the plan is not known', () => {
    const some = { ...counts, phantom: 3, duplicated: 4, outOfOrder: 5 };
    const expected = { ...counts, phantom: 1, duplicated: 2, outOfOrder: 0 };
    expect(provableOf([{ ...clear, counts: some, unproven: 2 }])).toEqual(expected);
    expect(provableOf([{ ...clear, unproven: 2 }])).toMatchObject({ phantom: 0, duplicated: 0 });
  });

  it('omits all counts of a run whose messages may belong to another execution, but none of other runs', () => {
    expect(provableOf([{ ...clear, mingled: 'x' }, clear])).toEqual(counts);
  });
});
