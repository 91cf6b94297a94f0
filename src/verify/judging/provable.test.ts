import { describe, expect, it } from 'vitest';
import { RUN_COUNTS } from '../../runs/documents/counts.ts';
import { provableOf } from './provable.ts';

describe('the counts that can prove an offence', () => {
  const counts = Object.fromEntries(RUN_COUNTS.map((name) => [name, 1])) as Record<
    (typeof RUN_COUNTS)[number],
    number
  >;
  const clear = { counts, mingled: null, misnamed: false, unidentified: null };

  it('are all counts of runs that are clear', () => {
    expect(provableOf([clear, clear])).toEqual(Object.fromEntries(RUN_COUNTS.map((name) => [name, 2])));
  });

  it('leave out what rows that may be misnamed cannot prove: loss, phantoms and order', () => {
    expect(provableOf([{ ...clear, misnamed: true }])).toEqual({
      ...counts,
      lost: 0,
      phantom: 0,
      outOfOrder: 0,
    });
  });

  it('leave out the loss of a run whose messages may be there and not be readable', () => {
    expect(provableOf([{ ...clear, unidentified: 'x' }])).toEqual({ ...counts, lost: 0 });
  });

  it('leave out all of a run whose messages may be of another execution, and nothing of the others', () => {
    expect(provableOf([{ ...clear, mingled: 'x' }, clear])).toEqual(counts);
  });
});
