import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Identity } from '../../../message/identity.ts';
import { HOP_RULES } from '../../../plan/hops.ts';
import { HopCounter } from './count-hops.ts';
import { HopTally } from './hop-tally.ts';

const HOPS = 3;

/** There are only few different identities, so most identities come several times. */
const identities = fc.record({
  run: fc.constant('mine'),
  group: fc.integer({ min: 1, max: 2 }),
  thread: fc.integer({ min: 1, max: 2 }),
  loop: fc.constantFrom(1, 2, 80),
  request: fc.integer({ min: 1, max: 2 }),
});

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('expect' as const), identity: identities }),
    fc.record({ kind: fc.constant('add' as const), identity: identities, hop: fc.nat(HOPS - 1) }),
  ),
  { maxLength: 60, size: 'max' },
);

type Steps = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

const keyOf = ({ group, thread, loop, request }: Identity) => `${group}-${thread}-${loop}-${request}`;

/** The facts about a message, stored in a plain map for comparison. */
interface Known {
  readonly identity: Identity;
  isInQueue: boolean;
  readonly copies: number[];
}

function played(all: Steps) {
  const tally = new HopTally('mine', () => 2, HOPS);
  const known = new Map<string, Known>();
  for (const step of all) {
    const { identity } = step;
    const fact = known.get(keyOf(identity)) ?? { identity, isInQueue: false, copies: [0, 0, 0] };
    known.set(keyOf(identity), fact);
    if (step.kind === 'expect') {
      tally.expect(identity);
      fact.isInQueue = true;
    } else {
      expect(tally.add(step.hop, identity)).toBe(Math.min(2, fact.copies[step.hop] ?? 0));
      fact.copies[step.hop] = (fact.copies[step.hop] ?? 0) + 1;
    }
  }
  return { tally, known: [...known.values()] };
}

test('knows each message of the queue and of the hops, in any order of reading', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { tally, known } = played(all);
      const inNoHop = known.filter(({ isInQueue, copies }) => isInQueue && copies.every((n) => n === 0));
      expect(tally.missing).toBe(inNoHop.length);
      const entries = [...tally.entries()];
      const expected = known.map(({ identity, isInQueue, copies }) => ({
        identity,
        isInQueue,
        copies: copies.map((n) => Math.min(2, n)),
      }));
      expect(new Map(entries.map((entry) => [keyOf(entry.identity), entry]))).toEqual(
        new Map(expected.map((entry) => [keyOf(entry.identity), entry])),
      );
      expect(entries).toHaveLength(known.length);
    }),
  );
});

test('counts every message once, by the rule', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(...HOP_RULES), (all, rule) => {
      const { tally, known } = played(all);
      const isSent = ({ loop }: Identity) => loop % 2 === 0;
      const counter = new HopCounter(HOPS, rule, isSent);
      for (const entry of tally.entries()) counter.add(entry);
      const inQueue = known.filter(({ isInQueue }) => isInQueue);
      const others = known.filter(({ isInQueue }) => !isInQueue);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
      const repeated = inQueue.filter(({ copies }) =>
        rule === 'exactly-one' ? sum(copies) > 1 : copies.some((n) => n > 1),
      );
      expect(counter.counts).toEqual({
        missing: inQueue.filter(({ copies }) => sum(copies) === 0).length,
        repeated: repeated.length,
        neverSent: others.filter(({ identity }) => !isSent(identity)).length,
        notInQueue: others.filter(({ identity }) => isSent(identity)).length,
      });
      for (const [hop, counts] of counter.ofHops.entries()) {
        const inHop = (list: readonly Known[], least: number) =>
          list.filter(({ copies }) => (copies[hop] ?? 0) >= least);
        expect(counts).toEqual({
          received: inHop(inQueue, 1).length,
          repeated: inHop(inQueue, 2).length,
          neverSent: inHop(others, 1).filter(({ identity }) => !isSent(identity)).length,
          notInQueue: inHop(others, 1).filter(({ identity }) => isSent(identity)).length,
        });
      }
    }),
  );
});

test('forgets which messages the queue has before another reading', () => {
  fc.assert(
    fc.property(steps, identities, (all, identity) => {
      const { tally } = played(all);
      tally.expectNone();
      expect(tally.missing).toBe(0);
      tally.expect(identity);
      expect([...tally.entries()].filter(({ isInQueue }) => isInQueue)).toHaveLength(1);
    }),
  );
});

test('keeps the first arrival in the queue', () => {
  const tally = new HopTally('mine', () => 1, HOPS);
  const identity = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };
  expect(tally.queueArrivalOf(identity)).toBeNull();
  expect([5.25, 3].map((atMs) => tally.keepQueueArrival(identity, atMs))).toEqual([true, false]);
  expect(tally.queueArrivalOf(identity)).toBe(5.25);
  expect(tally.queueArrivalOf({ ...identity, loop: 2 })).toBeNull();
});

test('gives back each arrival once', () => {
  const tally = new HopTally('mine', () => 1, HOPS);
  const identity = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };
  tally.keepArrival(1, identity, 1_795_446_132_123.25);
  expect([0, 1, 1].map((hop) => tally.takeArrival(hop, identity))).toEqual([
    null,
    1_795_446_132_123.25,
    null,
  ]);
});
