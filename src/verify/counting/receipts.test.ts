import { describe, expect, it } from 'vitest';
import type { ReceiptFacts } from '../../runs/rows/receipts-reader.ts';
import { Tally } from './tally.ts';
import { EARLIER, RUN, type Served, scope, tallied, WINDOW } from './testing/histories.ts';

describe('Tally', () => {
  it.each<[ReceiptFacts['outcome'][], number]>([
    [['failed', 'processed', 'processed'], 0],
    [['failed', 'dead-lettered'], 0],
    [['dead-lettered', 'failed', 'processed'], 1],
    [['processed', 'dead-lettered', 'failed'], 1],
    [['dead-lettered', 'dead-lettered', 'processed'], 2],
  ])(
    'counts receipts that finish a message again after or before a dead letter: %j',
    (outcomes, expected) => {
      const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
      const receipts = outcomes.map((outcome) => ({
        identity,
        outcome,
        condition: 'intact' as const,
        sentAtMs: null,
      }));
      const history = { samples: [], deliveries: [], receipts, addsUnknown: true, ended: true, requests: 1 };
      expect(tallied(history, true).redeliveredReceipts).toBe(expected);
    },
  );

  it('counts unproven receipts, except for messages that a reader saw itself', () => {
    const identity = (loop: number) => ({ run: RUN, group: 1, thread: 1, loop, request: 1 });
    const reading = { kind: 'message', condition: 'intact', run: RUN, sentAtMs: 0 } as const;
    const receipt = (loop: number, condition: ReceiptFacts['condition']): Served => ({
      identity: identity(loop),
      outcome: 'processed',
      condition,
      sentAtMs: 0,
    });
    const { unprovenReceipts } = tallied(
      {
        samples: [],
        deliveries: [{ reading: { ...reading, identity: identity(1) }, place: { partition: 0, offset: 0 } }],
        receipts: [receipt(1, 'unproven'), receipt(2, 'unproven'), receipt(3, 'intact')],
        addsUnknown: true,
        ended: true,
        requests: 1,
      },
      true,
    );
    expect(unprovenReceipts).toBe(1);
  });

  it('ignores a receipt of another execution', () => {
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    const tally = new Tally(RUN);
    tally.addSample(identity, 'acked', WINDOW);
    const receipt = { identity, outcome: 'processed', condition: 'intact' } as const;
    tally.addReceipt(identity, { ...receipt, sentAtMs: EARLIER }, true);
    const first = tally.conclude(scope(true));
    expect(first).toMatchObject({ counts: { lost: 1, received: 0 }, others: { apart: 1, among: 0 } });
    tally.addReceipt(identity, { ...receipt, sentAtMs: 3.5 }, true);
    expect(tally.conclude(scope(true))).toMatchObject({ counts: { lost: 0, received: 1 }, unseen: 1 });
  });
});
