import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../../message/identity.ts';
import type { OwnReading } from '../../message/reading/read.ts';
import type { Place } from '../../queue/message.ts';
import type { RunCounts, ServiceCounts } from '../../runs/documents/counts.ts';
import { RECEIPT_OUTCOMES } from '../../runs/rows/receipts-csv.ts';
import type { ReceiptFacts } from '../../runs/rows/receipts-reader.ts';
import type { Outcome } from '../../samples/outcome.ts';
import type { RowWindow } from '../row-window.ts';
import type { RunScope } from './count-entry.ts';
import { Tally } from './tally.ts';

const RUN = 'r';

interface History {
  readonly samples: readonly { identity: Identity; outcome: Outcome }[];
  readonly deliveries: readonly { reading: OwnReading; place: Place }[];
  readonly receipts: readonly Served[];
  /** Whether messages that are known only from receipts count as arrived. */
  readonly addsUnknown: boolean;
  readonly ended: boolean;
  /** Number of requests in each thread group. */
  readonly requests: number;
}

type Served = ReceiptFacts & { readonly identity: Identity };

type Arrival = Partial<Identity> & { readonly outcome?: Outcome; readonly partition?: number };

/**
 * Most identities have the same numbers, so that many messages have the same identity or thread. Some identities are
 * outside the plan, which has 3 threads with 70 loops. 70 loops need more than one block of slots.
 */
const mostly = (usual: number, max: number) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.integer({ min: 1, max }));
const identities = fc.record({
  run: fc.constant(RUN),
  group: mostly(1, 2),
  thread: mostly(1, 4),
  loop: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 63, max: 72 })),
  request: fc.integer({ min: 1, max: 2 }),
});
const key = ({ group, thread, loop, request }: Omit<Identity, 'run'>) =>
  `${group}-${thread}-${loop}-${request}`;
/** The period of every row, which lasts from 0 to 10 ms. */
const WINDOW: RowWindow = { fromMs: -1_000, toMs: 20 };
const EARLIER = -5_000;
const LATER = 90_000;
const scope = (ended: boolean): RunScope => ({
  ended,
  isPlanned,
  period: { fromMs: -2_000, toMs: 1_000 },
  isOfRun: (_, sentAtMs) => sentAtMs >= -2_000 && sentAtMs <= 1_000,
});
const isPlanned = ({ thread, loop }: Omit<Identity, 'run'>) => thread <= 3 && loop <= 70;

const readings: fc.Arbitrary<OwnReading> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('message' as const),
      condition: fc.constantFrom(
        'intact' as const,
        'intact' as const,
        'enriched' as const,
        'corrupt' as const,
      ),
      run: fc.constant(RUN),
      identity: identities,
      sentAtMs: fc.constant(0),
    }),
  },
  fc.constant({ kind: 'corrupt' as const, run: RUN }),
);

const histories: fc.Arbitrary<History> = fc.record({
  samples: fc.uniqueArray(
    fc.record({
      identity: identities,
      outcome: fc.constantFrom<Outcome>('acked', 'acked', 'acked', 'rejected', 'indeterminate'),
    }),
    { selector: ({ identity }) => key(identity), maxLength: 60, size: 'max' },
  ),
  deliveries: fc
    .array(fc.record({ reading: readings, partition: fc.integer({ min: 0, max: 2 }) }), {
      maxLength: 80,
      size: 'max',
    })
    .map((arrived) => {
      const next = [1000, 0, 7];
      return arrived.map(({ reading, partition }) => {
        const offset = next[partition] ?? 0;
        next[partition] = offset + 1;
        return { reading, place: { partition, offset } };
      });
    }),
  receipts: fc.array(
    fc.record({
      identity: identities,
      outcome: fc.constantFrom(...RECEIPT_OUTCOMES),
      condition: fc.constantFrom('intact' as const, 'unproven' as const),
      sentAtMs: fc.constant(null),
    }),
    { maxLength: 60, size: 'max' },
  ),
  addsUnknown: fc.boolean(),
  ended: fc.boolean(),
  requests: fc.constantFrom(1, 2),
});

/**
 * Generates histories of two or three executions. No message is damaged. Any message may have a send time that does not
 * fit its row.
 */
const mixedHistories: fc.Arbitrary<History> = fc
  .tuple(histories, fc.array(fc.constantFrom(0, 0, 0, 7, EARLIER, LATER), { minLength: 80, maxLength: 80 }))
  .map(([history, times]) => ({
    ...history,
    receipts: [],
    deliveries: history.deliveries.flatMap(({ reading, place }, i) =>
      reading.kind === 'message'
        ? [{ place, reading: { ...reading, condition: 'intact' as const, sentAtMs: times[i] ?? 0 } }]
        : [],
    ),
  }));

function tallied(history: History, samplesFirst: boolean) {
  const { samples, deliveries, receipts, addsUnknown, ended, requests } = history;
  const tally = new Tally(RUN, () => requests);
  const addSamples = () => {
    for (const { identity, outcome } of samples) tally.addSample(identity, outcome, WINDOW);
  };
  if (samplesFirst) addSamples();
  for (const { reading, place } of deliveries) tally.addReading(reading, place);
  if (!samplesFirst) addSamples();
  for (const receipt of receipts) tally.addReceipt(receipt.identity, receipt, addsUnknown);
  const { missing, receipts: added } = tally;
  const { unproven: unprovenReceipts, redelivered: redeliveredReceipts } = added;
  return { ...tally.conclude(scope(ended)), missing, unprovenReceipts, redeliveredReceipts };
}

/**
 * For each identity, returns the copies of the first message that fits its row. If the identity has no row, the
 * message must fit the run.
 */
function ownDeliveries({ samples, deliveries }: Pick<History, 'samples' | 'deliveries'>) {
  const rows = new Set(samples.map(({ identity }) => key(identity)));
  const sentAt = new Map<string, number>();
  for (const { reading } of deliveries) {
    if (reading.kind !== 'message') continue;
    const id = key(reading.identity);
    const fits = !rows.has(id) || (reading.sentAtMs >= -1_000 && reading.sentAtMs <= 20);
    if (fits && !sentAt.has(id)) sentAt.set(id, reading.sentAtMs);
  }
  return deliveries.filter(({ reading }) => {
    if (reading.kind !== 'message') return true;
    const at = sentAt.get(key(reading.identity)) ?? LATER;
    return reading.sentAtMs === at && at >= -2_000 && at <= 1_000;
  });
}

/**
 * Returns the receipts that count: the receipts of known messages. If `addsUnknown` is set, returns all other receipts
 * too.
 */
function countedReceipts({ samples, deliveries, receipts, addsUnknown }: History): Served[] {
  const known = new Set(samples.map(({ identity }) => key(identity)));
  for (const { reading } of ownDeliveries({ samples, deliveries }))
    if (reading.kind === 'message') known.add(key(reading.identity));
  return receipts.filter(({ identity }) => addsUnknown || known.has(key(identity)));
}

/** Computes the same counts in another way: with sets and loops, directly from their definitions. */
function naive(history: History): RunCounts {
  const { samples, deliveries, ended } = history;
  const own = ownDeliveries(history);
  const messages = own.flatMap(({ reading, place }) =>
    reading.kind === 'message' ? [{ ...reading, id: key(reading.identity), place }] : [],
  );
  const served = countedReceipts(history);
  const arrived = new Set([...messages.map(({ id }) => id), ...served.map(({ identity }) => key(identity))]);
  const outcomes = new Map(samples.map(({ identity, outcome }) => [key(identity), outcome]));
  const withoutRow = new Map(
    [...messages, ...served]
      .map(({ identity }) => [key(identity), identity] as const)
      .filter(([id]) => !outcomes.has(id)),
  );
  const indeterminateWithoutRow = [...withoutRow.values()].filter(
    (identity) => !ended && isPlanned(identity),
  );
  for (const identity of indeterminateWithoutRow) outcomes.set(key(identity), 'indeterminate');
  const of = (outcome: Outcome, there: boolean) =>
    [...outcomes].filter(([id, its]) => its === outcome && arrived.has(id) === there).length;
  const number = (outcome: Outcome) => of(outcome, true) + of(outcome, false);
  const first = messages.filter((message, i) => messages.findIndex(({ id }) => id === message.id) === i);
  const isSeenFirstThere = ({ id, place }: (typeof messages)[number], i: number) =>
    messages.findIndex((other) => other.id === id && other.place.partition === place.partition) === i;
  const firstInPartition = messages.filter(isSeenFirstThere);
  const isLate = (late: (typeof messages)[number]) =>
    firstInPartition.some(
      (early) =>
        outcomes.get(late.id) === 'acked' &&
        outcomes.get(early.id) === 'acked' &&
        early.identity.group === late.identity.group &&
        early.identity.thread === late.identity.thread &&
        early.place.partition === late.place.partition &&
        early.place.offset < late.place.offset &&
        early.identity.loop * 10 + early.identity.request > late.identity.loop * 10 + late.identity.request,
    );
  const late = first.filter(({ id }) => firstInPartition.filter((copy) => copy.id === id).every(isLate));
  return {
    sent: outcomes.size,
    acked: number('acked'),
    rejected: number('rejected'),
    indeterminate: number('indeterminate'),
    received: arrived.size,
    lost: of('acked', false),
    duplicated: [...arrived].filter((id) => messages.filter((message) => message.id === id).length > 1)
      .length,
    phantom: of('rejected', true),
    unexpected: withoutRow.size - indeterminateWithoutRow.length,
    corrupt: own.filter(
      ({ reading }) =>
        reading.kind === 'corrupt' || (reading.kind === 'message' && reading.condition === 'corrupt'),
    ).length,
    enriched: new Set(messages.filter(({ condition }) => condition === 'enriched').map(({ id }) => id)).size,
    recovered: of('indeterminate', true),
    unresolved: of('indeterminate', false),
    outOfOrder: late.length,
    otherExecution: deliveries.length - own.length,
  };
}

/** Computes the counts of a service in another way: with sets and loops. */
function naiveService(history: History): ServiceCounts & { unseen: number } {
  const served = countedReceipts(history);
  const seen = new Set(
    ownDeliveries(history).flatMap(({ reading }) =>
      reading.kind === 'message' ? [key(reading.identity)] : [],
    ),
  );
  const received = new Set(served.map(({ identity }) => key(identity)));
  const times = (id: string, outcome: ReceiptFacts['outcome']) =>
    served.filter((receipt) => key(receipt.identity) === id && receipt.outcome === outcome).length;
  const unprocessed = [...new Set([...seen, ...received])].filter((id) => times(id, 'processed') === 0);
  return {
    processed: [...received].filter((id) => times(id, 'processed') > 0).length,
    processedTwice: [...received].filter((id) => times(id, 'processed') > 1).length,
    deadLettered: unprocessed.filter((id) => times(id, 'dead-lettered') > 0).length,
    unprocessed: unprocessed.filter((id) => times(id, 'dead-lettered') === 0).length,
    failedAttempts: history.receipts.filter(({ outcome }) => outcome !== 'processed').length,
    unseen: [...received].filter((id) => !seen.has(id)).length + history.receipts.length - served.length,
  };
}

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

  it.each([
    ['from a later block of loops', [{ loop: 70 }, { loop: 2 }], [2]],
    ['from a later request', [{ request: 2 }, { request: 1 }], [1]],
    [
      'from a later request, with another thread in between',
      [{ request: 2 }, { thread: 2 }, { request: 1 }],
      [1],
    ],
    ['from the latest loop, with another loop in between', [{ loop: 9 }, { loop: 4 }, { loop: 5 }], [4, 5]],
    ['in another partition, which does not count', [{ loop: 9, partition: 1 }, { loop: 3 }], []],
    [
      'in a partition whose number needs more than 16 bits',
      [
        { loop: 9, partition: 70_000 },
        { loop: 3, partition: 70_000 },
      ],
      [3],
    ],
    [
      'in a partition that differs only above 16 bits, which does not count',
      [{ loop: 9, partition: 65_536 }, { loop: 3 }],
      [],
    ],
    [
      'that was not acknowledged, which does not count',
      [{ loop: 9, outcome: 'rejected' as const }, { loop: 3 }],
      [],
    ],
    [
      'in one partition, but not in that of a copy seen later, which does not count',
      [{ loop: 9 }, { loop: 3 }, { loop: 3, partition: 1 }],
      [],
    ],
    [
      'in one partition, but not in that of a copy seen before, which does not count',
      [{ loop: 3, partition: 1 }, { loop: 9 }, { loop: 3 }],
      [],
    ],
    [
      'in each partition that has a copy',
      [{ loop: 9 }, { loop: 3 }, { loop: 9, partition: 1 }, { loop: 3, partition: 1 }],
      [3],
    ],
  ])('finds messages that were delivered after a message %s', (_, arrivals, late) => {
    for (const requests of [1, 2]) expect(outOfOrderLoops(arrivals, requests)).toEqual(late);
  });

  function outOfOrderLoops(arrivals: readonly Arrival[], requests: number) {
    const tally = new Tally(RUN, () => requests);
    for (const [offset, arrival] of arrivals.entries()) {
      const { outcome = 'acked', partition = 0, ...some } = arrival;
      const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1, ...some };
      tally.addSample(identity, outcome, WINDOW);
      const intact = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 } as const;
      tally.addReading(intact, { partition, offset });
    }
    const { counts, offenders } = tally.conclude(scope(true));
    expect(counts.outOfOrder).toBe(offenders.outOfOrder.length);
    return offenders.outOfOrder.map(({ identity }) => identity?.loop);
  }

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
