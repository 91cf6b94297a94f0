import { describe, expect, it } from 'vitest';
import type { OwnReading } from '../../message/reading/read.ts';
import { Tally } from './tally.ts';
import { EARLIER, RUN, scope, WINDOW } from './testing/histories.ts';

describe('Tally', () => {
  it('lists the first 20 messages of each problem', () => {
    const tally = new Tally(RUN);
    const identity = (loop: number) => ({ run: RUN, group: 1, thread: 2, loop, request: 1 });
    for (let loop = 1; loop <= 100; loop++) tally.addSample(identity(loop), 'acked', WINDOW);
    const reading = (loop: number): OwnReading => ({
      kind: 'message',
      condition: 'intact',
      run: RUN,
      identity: identity(loop),
      sentAtMs: 0,
    });
    tally.addReading(reading(70), { partition: 3, offset: 5 });
    tally.addReading(reading(69), { partition: 3, offset: 6 });
    tally.addReading(reading(70), { partition: 0, offset: 9 });
    tally.addReading({ kind: 'corrupt', run: RUN }, { partition: 1, offset: 1 });
    const { offenders } = tally.conclude(scope(true));
    const at = (loop: number) => ({ run: RUN, group: 1, thread: 2, loop, request: 1 });
    expect(offenders.lost).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ identity: at(i + 1), place: null })),
    );
    expect(offenders.outOfOrder).toEqual([{ identity: at(69), place: { partition: 3, offset: 6 } }]);
    expect(offenders.duplicated).toEqual([{ identity: at(70), place: { partition: 0, offset: 9 } }]);
    expect(offenders.corrupt).toEqual([{ identity: null, place: { partition: 1, offset: 1 } }]);
  });

  it("ignores fields added to another execution's message that arrived before the rows", () => {
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    const its: OwnReading = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 };
    const tally = new Tally(RUN);
    tally.addReading({ ...its, condition: 'enriched', sentAtMs: EARLIER }, { partition: 0, offset: 0 });
    tally.addReading(its, { partition: 0, offset: 1 });
    tally.addSample(identity, 'acked', WINDOW);
    expect(tally.conclude(scope(true)).counts).toMatchObject({ received: 1, enriched: 0, duplicated: 0 });
  });

  it('does not count a delivery twice when it is read again', () => {
    const tally = new Tally(RUN);
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    const reading: OwnReading = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 };
    tally.addReading(reading, { partition: 0, offset: 5 });
    tally.addReading(reading, { partition: 0, offset: 5 });
    expect(tally.conclude(scope(true)).counts.duplicated).toBe(0);
    tally.addReading(reading, { partition: 0, offset: 6 });
    expect(tally.conclude(scope(true)).counts.duplicated).toBe(1);
  });

  it('counts a redelivered message as redelivered, not as a second copy', () => {
    const tally = new Tally(RUN);
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    const reading: OwnReading = { kind: 'message', condition: 'enriched', run: RUN, identity, sentAtMs: 0 };
    expect(tally.addReading(reading, { partition: 0, offset: 5 }, true)).toBe('first');
    expect(tally.redelivered).toBe(0);
    expect(tally.addReading(reading, { partition: 0, offset: 6 }, true)).toBe('more');
    expect(tally.redelivered).toBe(1);
    const expected = { received: 1, duplicated: 0, enriched: 1 };
    expect(tally.conclude(scope(true)).counts).toMatchObject(expected);
    tally.addReading(reading, { partition: 0, offset: 7 }, false);
    expect(tally.conclude(scope(true)).counts.duplicated).toBe(1);
  });

  describe('when only copies were seen', () => {
    const message = (loop: number) => ({ run: RUN, group: 1, thread: 1, loop, request: 1 });
    const outcomes = ['acked', 'rejected', 'indeterminate'] as const;

    function seenTwice(): Tally {
      const tally = new Tally(RUN);
      for (const [index, outcome] of outcomes.entries()) {
        const identity = message(index + 1);
        tally.addSample(identity, outcome, WINDOW);
        const reading: OwnReading = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 };
        tally.addReading(reading, { partition: 0, offset: 2 * index });
        tally.addReading(reading, { partition: 0, offset: 2 * index + 1 });
      }
      return tally;
    }

    it('counts only copies of acknowledged messages as arrived', () => {
      const { counts, unstored, service } = seenTwice().conclude({ ...scope(true), copiesOnly: true });
      const arrived = { received: 1, lost: 0, phantom: 0, recovered: 0, unresolved: 1, duplicated: 1 };
      expect(counts).toMatchObject(arrived);
      expect(unstored).toEqual({ rejected: 1, indeterminate: 1 });
      expect(service.unprocessed).toBe(1);
    });

    it('counts a message with a receipt of a service as arrived', () => {
      const tally = seenTwice();
      for (const loop of [2, 3]) {
        const identity = message(loop);
        const receipt = { identity, sentAtMs: null, outcome: 'processed', condition: 'intact' } as const;
        tally.addReceipt(identity, receipt, true);
      }
      const { counts, unstored } = tally.conclude({ ...scope(true), copiesOnly: true });
      expect(counts).toMatchObject({ received: 3, phantom: 1, recovered: 1 });
      expect(unstored).toEqual({ rejected: 0, indeterminate: 0 });
    });
  });

  it('reports rows that name the same message as another row', () => {
    const tally = new Tally(RUN);
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    tally.addSample(identity, 'acked', WINDOW);
    tally.addSample(identity, 'rejected', WINDOW);
    expect(tally.repeatedRows).toBe(1);
    expect(tally.conclude(scope(true)).counts).toMatchObject({ acked: 1, rejected: 0 });
  });
});
