import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histories, mixedHistories, tallied } from './testing/histories.ts';
import { naive, naiveService } from './testing/naive.ts';

describe('Tally', () => {
  it('counts exactly what a service did, for any receipts', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (history, samplesFirst) => {
        const { service, unseen } = tallied(history, samplesFirst);
        expect({ ...service, unseen }).toEqual(naiveService(history));
      }),
      { numRuns: 1000 },
    );
  });

  it('counts exactly any mix of lost, repeated, damaged and reordered messages', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (history, samplesFirst) => {
        const { counts, missing } = tallied(history, samplesFirst);
        expect(counts).toEqual(naive(history));
        expect(missing).toBe(counts.lost);
      }),
      { numRuns: 2000 },
    );
  });

  it('ignores messages of other executions, no matter whether they, the own messages or the rows come first', () => {
    fc.assert(
      fc.property(mixedHistories, fc.boolean(), (history, samplesFirst) => {
        const { counts, missing, others } = tallied(history, samplesFirst);
        // The tally counts at most two copies of a message. So for messages of another sender, compare only whether
        // such messages exist.
        const ofOthers = (count: number) => Math.sign(count);
        const { otherExecution, ...expected } = naive(history);
        expect(counts).toMatchObject(expected);
        expect(ofOthers(counts.otherExecution)).toBe(ofOthers(otherExecution));
        expect(missing).toBe(counts.lost);
        expect(others.apart + others.among).toBe(counts.otherExecution);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the equations between the counts', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { counts: c, fitting } = tallied(history, true);
        expect(c.sent).toBe(c.acked + c.rejected + c.indeterminate);
        expect(c.indeterminate).toBe(c.recovered + c.unresolved);
        expect(c.received).toBe(c.acked - c.lost + c.recovered + c.phantom + c.unexpected);
        if (history.ended) expect(fitting).toBe(c.received - c.unexpected);
      }),
    );
  });
});
