import { expect, test } from 'vitest';
import type { Doubt } from '../../queue/doubt.ts';
import { RUN_COUNTS, zeroOf } from '../../runs/documents/counts.ts';
import type { HopsFound } from '../hop-watch.ts';
import { type HopsEvidence, hopsEvidence, notInQueue } from './hops-evidence.ts';
import { type Evidence, judge } from './verdict.ts';

const RULES = { exactlyOnce: false, ordered: false };
const EXACTLY_ONCE = { ...RULES, exactlyOnce: true };
const COUNTS = { ...zeroOf(RUN_COUNTS), sent: 9, acked: 9, received: 9, foreign: 0 };

const HOPS: HopsEvidence = {
  ...{ missing: 0, repeated: 0, neverSent: 0, notInQueue: 0, redelivered: 0 },
  ...{ names: 'done, dead', withinMs: 60_000, unread: [], doubts: [] },
};

const EVIDENCE: Evidence = {
  ...{
    differingContents: '',
    ended: true,
    incomplete: null,
    doubts: [],
    nothingFound: null,
    unclearSamples: null,
    mingled: null,
  },
  ...{ unidentified: null, identity: true, nothingAcked: null, unproven: 0, redelivered: 0 },
  ...{ unprovenReceipts: 0, service: null, unprovenServices: [], hops: HOPS, provable: COUNTS },
};

function judged(hops: Partial<HopsEvidence>, rules = RULES, others: Partial<Evidence> = {}) {
  const evidence = { ...EVIDENCE, ...others, hops: { ...HOPS, ...hops } };
  const { verdict, reasons, notProven } = judge(COUNTS, evidence, rules);
  return {
    verdict,
    kinds: reasons.map(({ kind }) => kind),
    notProven: notProven.map(({ kind }) => kind),
    reasons,
  };
}

const doubt = (prevents: Doubt['prevents']): Doubt => ({
  kind: 'removed-by-retention',
  text: 'gone',
  prevents,
});

test('says which hops have a message, and for how long qbl waited', () => {
  const { verdict, reasons } = judged({ missing: 3 });
  expect(verdict).toBe('fail');
  expect(reasons).toEqual([
    {
      kind: 'missing-in-hops',
      count: 3,
      text: 'messages are in the queue and in none of the hops: done, dead, within 60 s after the queue was read to its end',
    },
  ]);
});

test.each([
  ['nothing wrong', {}, RULES, {}, 'pass', []],
  ['a hop that was not read', { missing: 3, unread: ['x'] }, RULES, {}, 'unknown', ['incomplete-hop']],
  ['a hop that was not read, nothing missing', { unread: ['x'] }, RULES, {}, 'unknown', ['incomplete-hop']],
  ['a queue that was not read', { missing: 3 }, RULES, { incomplete: 'x' }, 'unknown', ['incomplete-drain']],
  [
    'a doubt and a missing message',
    { missing: 1, doubts: [doubt('absence')] },
    RULES,
    {},
    'unknown',
    ['incomplete-hop'],
  ],
  ['a doubt and nothing missing', { doubts: [doubt('absence')] }, RULES, {}, 'pass', []],
  ['a doubt and a rule', { doubts: [doubt('absence')] }, EXACTLY_ONCE, {}, 'unknown', ['incomplete-hop']],
  ['a grave doubt', { doubts: [doubt('always')] }, RULES, {}, 'unknown', ['incomplete-hop']],
  ['repeats', { repeated: 2 }, RULES, {}, 'pass', []],
  ['repeats and the rule', { repeated: 2 }, EXACTLY_ONCE, {}, 'fail', ['repeated-in-hops']],
  [
    'repeats in a doubtful hop',
    { repeated: 2, unread: ['x'] },
    EXACTLY_ONCE,
    {},
    'unknown',
    ['incomplete-hop'],
  ],
  ['redeliveries', { redelivered: 2 }, RULES, {}, 'pass', []],
  ['redeliveries and the rule', { redelivered: 2 }, EXACTLY_ONCE, {}, 'unknown', ['redelivered']],
  [
    'a forged message',
    { neverSent: 1, unread: ['x'] },
    RULES,
    {},
    'fail',
    ['never-sent-in-hops', 'incomplete-hop'],
  ],
  [
    'a loss before a hop that was not read',
    { unread: ['x'] },
    RULES,
    { provable: { ...COUNTS, lost: 2 } },
    'fail',
    ['lost', 'incomplete-hop'],
  ],
] as const)('judges %s', (_, hops, rules, others, verdict, kinds) => {
  expect(judged(hops, rules, others)).toMatchObject({ verdict, kinds });
});

test('shows a doubt even if it does not prevent a pass', () => {
  expect(judged({ doubts: [doubt('absence')] }).notProven).toEqual(['removed-by-retention']);
});

const FOUND: HopsFound = {
  record: {
    ...{
      rule: 'exactly-one',
      withinMs: 1,
      waitedMs: 1,
      missing: 4,
      repeated: 3,
      neverSent: 2,
      notInQueue: 1,
    },
    offenders: { missing: [], repeated: [], neverSent: [], notInQueue: [] },
    places: [],
  },
  ...{ histograms: new Map(), undrained: [], doubts: [], redelivered: 0 },
};
const RUN = { run: 'mine', plan: null, mingled: null };

test('proves no problem if messages of another sender may be counted', () => {
  expect(hopsEvidence(FOUND, [RUN])).toMatchObject({ missing: 4, repeated: 3, neverSent: 2 });
  const mingled = hopsEvidence(FOUND, [RUN, { ...RUN, mingled: 'another sender' }]);
  expect(mingled).toMatchObject({ missing: 0, repeated: 0, neverSent: 0 });
});

test('has no evidence if the plan names hops that were not read', () => {
  expect(hopsEvidence(null, [RUN])).toBeNull();
  expect(hopsEvidence(null, [{ ...RUN, plan: { hops: [] } }])?.unread).toEqual([
    expect.stringMatching(/: name them with --hop, or verify this run alone$/),
  ]);
});

test('does not doubt the reading of the queue if it found every message of the hops', () => {
  expect(notInQueue(null)).toBeNull();
  expect(notInQueue(FOUND)).toBeNull();
});
