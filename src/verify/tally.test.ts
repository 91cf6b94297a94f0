import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../message/identity.ts';
import type { OwnReading } from '../message/read.ts';
import type { Place } from '../queue/queue.ts';
import type { Counts, RunCounts } from '../runs/verify-json.ts';
import type { Outcome } from '../samples/outcome.ts';
import { Tally } from './tally.ts';
import { type Evidence, judge, type Rules } from './verdict.ts';

const RUN = 'r';

interface History {
  readonly samples: readonly { identity: Identity; outcome: Outcome }[];
  readonly deliveries: readonly { reading: OwnReading; place: Place }[];
  readonly ended: boolean;
}

/** Few identities, so that they meet; some beyond the plan's 3 threads of 70 loops (more than one block). */
const identities = fc.record({
  run: fc.constant(RUN),
  group: fc.integer({ min: 1, max: 2 }),
  thread: fc.integer({ min: 1, max: 4 }),
  loop: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 62, max: 72 })),
  request: fc.integer({ min: 1, max: 2 }),
});
const key = ({ group, thread, loop, request }: Omit<Identity, 'run'>) =>
  `${group}-${thread}-${loop}-${request}`;
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
    { selector: ({ identity }) => key(identity), maxLength: 60 },
  ),
  deliveries: fc
    .array(fc.record({ reading: readings, partition: fc.integer({ min: 0, max: 2 }) }), { maxLength: 80 })
    .map((arrived) => {
      const next = [1000, 0, 7];
      return arrived.map(({ reading, partition }) => {
        const offset = next[partition] ?? 0;
        next[partition] = offset + 1;
        return { reading, place: { partition, offset } };
      });
    }),
  ended: fc.boolean(),
});

function tallied({ samples, deliveries, ended }: History, samplesFirst: boolean) {
  const tally = new Tally(RUN);
  const addSamples = () => {
    for (const { identity, outcome } of samples) tally.addSample(identity, outcome);
  };
  if (samplesFirst) addSamples();
  for (const { reading, place } of deliveries) tally.addReading(reading, place);
  if (!samplesFirst) addSamples();
  return { ...tally.conclude({ ended, isPlanned }), missing: tally.missing };
}

/** The same counts by sets and loops, straight from the meaning of the words. */
function naive({ samples, deliveries, ended }: History): RunCounts {
  const messages = deliveries.flatMap(({ reading, place }) =>
    reading.kind === 'message' ? [{ ...reading, id: key(reading.identity), place }] : [],
  );
  const arrived = new Set(messages.map(({ id }) => id));
  const outcomes = new Map(samples.map(({ identity, outcome }) => [key(identity), outcome]));
  const withoutRow = new Map(
    messages.filter(({ id }) => !outcomes.has(id)).map(({ id, identity }) => [id, identity]),
  );
  const indeterminateWithoutRow = [...withoutRow.values()].filter(
    (identity) => !ended && isPlanned(identity),
  );
  for (const identity of indeterminateWithoutRow) outcomes.set(key(identity), 'indeterminate');
  const of = (outcome: Outcome, there: boolean) =>
    [...outcomes].filter(([id, its]) => its === outcome && arrived.has(id) === there).length;
  const number = (outcome: Outcome) => of(outcome, true) + of(outcome, false);
  const first = messages.filter((message, i) => messages.findIndex(({ id }) => id === message.id) === i);
  const late = first.filter((late) =>
    first.some(
      (early) =>
        outcomes.get(late.id) === 'acked' &&
        outcomes.get(early.id) === 'acked' &&
        early.identity.group === late.identity.group &&
        early.identity.thread === late.identity.thread &&
        early.place.partition === late.place.partition &&
        early.place.offset < late.place.offset &&
        early.identity.loop * 10 + early.identity.request > late.identity.loop * 10 + late.identity.request,
    ),
  );
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
    corrupt: deliveries.filter(
      ({ reading }) =>
        reading.kind === 'corrupt' || (reading.kind === 'message' && reading.condition === 'corrupt'),
    ).length,
    enriched: messages.filter(({ condition }) => condition === 'enriched').length,
    recovered: of('indeterminate', true),
    unresolved: of('indeterminate', false),
    outOfOrder: late.length,
  };
}

describe('the tally', () => {
  it('reports exactly what was done, for any mix of drops, repeats, damage and order', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (history, samplesFirst) => {
        const { counts, missing } = tallied(history, samplesFirst);
        expect(counts).toEqual(naive(history));
        expect(missing).toBe(counts.lost);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the sums that always hold', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const c = tallied(history, true).counts;
        expect(c.sent).toBe(c.acked + c.rejected + c.indeterminate);
        expect(c.indeterminate).toBe(c.recovered + c.unresolved);
        expect(c.received).toBe(c.acked - c.lost + c.recovered + c.phantom + c.unexpected);
      }),
    );
  });

  it('names the offenders, the first twenty of a kind', () => {
    const tally = new Tally(RUN);
    const identity = (loop: number) => ({ run: RUN, group: 1, thread: 2, loop, request: 1 });
    for (let loop = 1; loop <= 100; loop++) tally.addSample(identity(loop), 'acked');
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
    const { offenders } = tally.conclude({ ended: true, isPlanned });
    const at = (loop: number) => ({ run: RUN, group: 1, thread: 2, loop, request: 1 });
    expect(offenders.lost).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ identity: at(i + 1), place: null })),
    );
    expect(offenders.outOfOrder).toEqual([{ identity: at(69), place: { partition: 3, offset: 6 } }]);
    expect(offenders.duplicated).toEqual([{ identity: at(70), place: { partition: 0, offset: 9 } }]);
    expect(offenders.corrupt).toEqual([{ identity: null, place: { partition: 1, offset: 1 } }]);
  });

  it.each([
    ['of a later block of loops', [{ loop: 70 }, { loop: 2 }], [2]],
    ['of a later request', [{ request: 2 }, { request: 1 }], [1]],
    ['of a later request, another thread between them', [{ request: 2 }, { thread: 2 }, { request: 1 }], [1]],
    ['of the latest loop, another between them', [{ loop: 9 }, { loop: 4 }, { loop: 5 }], [4, 5]],
    ['in another partition, and that is none', [{ loop: 9, partition: 1 }, { loop: 3 }], []],
    ['that was not acked, and that is none', [{ loop: 9, outcome: 'rejected' as const }, { loop: 3 }], []],
  ])('finds what was delivered after one %s', (_, arrivals, late) => {
    const tally = new Tally(RUN);
    for (const [offset, arrival] of arrivals.entries()) {
      const {
        outcome = 'acked',
        partition = 0,
        ...some
      } = { ...arrival } as Partial<Identity> & {
        outcome?: Outcome;
        partition?: number;
      };
      const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1, ...some };
      tally.addSample(identity, outcome);
      const intact = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 } as const;
      tally.addReading(intact, { partition, offset });
    }
    const { counts, offenders } = tally.conclude({ ended: true, isPlanned });
    expect(counts.outOfOrder).toBe(late.length);
    expect(offenders.outOfOrder.map(({ identity }) => identity?.loop)).toEqual(late);
  });

  it('takes the same delivery, read again, for no second one', () => {
    const tally = new Tally(RUN);
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    const reading: OwnReading = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 };
    tally.addReading(reading, { partition: 0, offset: 5 });
    tally.addReading(reading, { partition: 0, offset: 5 });
    expect(tally.conclude({ ended: true, isPlanned }).counts.duplicated).toBe(0);
    tally.addReading(reading, { partition: 0, offset: 6 });
    expect(tally.conclude({ ended: true, isPlanned }).counts.duplicated).toBe(1);
  });

  it('notices samples that name a message twice', () => {
    const tally = new Tally(RUN);
    const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1 };
    tally.addSample(identity, 'acked');
    tally.addSample(identity, 'rejected');
    expect(tally.repeatedRows).toBe(1);
    expect(tally.conclude({ ended: true, isPlanned }).counts).toMatchObject({ acked: 1, rejected: 0 });
  });
});

describe('the verdict', () => {
  const clean: Evidence = {
    ended: true,
    incomplete: null,
    unclearSamples: null,
    identity: true,
    nothingAcked: null,
    unproven: 0,
  };
  const lenient: Rules = { exactlyOnce: false, ordered: false };
  const counts = (some: Partial<Counts>): Counts => ({
    foreign: 0,
    ...tallied({ samples: [], deliveries: [], ended: true }, true).counts,
    acked: 5,
    ...some,
  });
  const verdict = (some: Partial<Counts>, evidence: Partial<Evidence> = {}, rules: Partial<Rules> = {}) =>
    judge(counts(some), { ...clean, ...evidence }, { ...lenient, ...rules }).verdict;

  it('is a pass when all evidence is there and nothing is wrong', () => {
    expect(
      verdict({ recovered: 1, unresolved: 1, foreign: 9, enriched: 5, duplicated: 2, outOfOrder: 2 }),
    ).toBe('pass');
  });

  it('is a fail for each proven offence, also when the drain is incomplete', () => {
    for (const offence of [{ phantom: 1 }, { unexpected: 1 }, { corrupt: 1 }]) {
      expect([offence, verdict(offence)]).toEqual([offence, 'fail']);
      expect([offence, verdict(offence, { incomplete: 'x', ended: false })]).toEqual([offence, 'fail']);
    }
    expect(verdict({ lost: 1 })).toBe('fail');
    expect(verdict({ lost: 1 }, { ended: false })).toBe('fail');
    expect(verdict({ duplicated: 1 }, {}, { exactlyOnce: true })).toBe('fail');
    expect(verdict({ outOfOrder: 1 }, {}, { ordered: true })).toBe('fail');
  });

  it('is unknown, never a pass, when evidence is missing', () => {
    expect(verdict({ lost: 1 }, { incomplete: 'x' })).toBe('unknown');
    expect(verdict({}, { incomplete: 'x' })).toBe('unknown');
    expect(verdict({}, { nothingAcked: 'r' })).toBe('unknown');
    expect(verdict({}, { unproven: 1 })).toBe('unknown');
    expect(verdict({ duplicated: 1 }, { incomplete: 'x' }, { exactlyOnce: true })).toBe('unknown');
    expect(verdict({ outOfOrder: 1 }, { incomplete: 'x' }, { ordered: true })).toBe('unknown');
    expect(verdict({}, { ended: false })).toBe('unknown');
    expect(verdict({}, { unclearSamples: 'x' })).toBe('unknown');
    expect(verdict({}, { identity: false })).toBe('unknown');
  });

  it('gives every reason', () => {
    const { reasons } = judge(counts({ lost: 3, phantom: 2 }), { ...clean, ended: false }, lenient);
    expect(reasons.map(({ kind, count }) => [kind, count])).toEqual([
      ['lost', 3],
      ['phantom', 2],
      ['no-end', null],
    ]);
  });
});
