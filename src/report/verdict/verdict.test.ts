import { expect, test } from 'vitest';
import { byName, OFFENCES, RUN_COUNTS, zeroOf } from '../../runs/documents/counts.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import { newLatencyHistogram, summariseHistogram } from '../../samples/latency/histogram.ts';
import { junitXml } from '../ci/junit.ts';
import { summaryMarkdown } from '../ci/summary-markdown.ts';
import { styleFor } from '../text/style.ts';
import { verifyText } from '../text/verify-text.ts';
import { verdictFacts } from './verdict-facts.ts';

const QUEUE = 'sqs://sqs.eu-west-1.amazonaws.com/1/orders.fifo';
const histogram = newLatencyHistogram();

/** A verification that passes. It read the receipts of a service that emptied an SQS FIFO queue. */
const RECEIPTS: VerifyRecord = {
  schema: 'qbl.verify/1',
  rules: { exactlyOnce: false, ordered: false },
  verdict: 'pass',
  reasons: [],
  notProven: [],
  settling: null,
  run: 'mine',
  runs: [],
  queue: QUEUE,
  reading: 'receipts',
  repeatsDropped: true,
  deliveries: 10,
  ...zeroOf(RUN_COUNTS),
  ...{ sent: 10, acked: 10, received: 10, foreign: 0 },
  service: {
    ended: true,
    ...{ processed: 10, processedTwice: 0, deadLettered: 0, unprocessed: 0, failedAttempts: 0 },
    tornReceipts: 0,
  },
  drained: true,
  read: [],
  latencySource: null,
  latencyMs: { ...summariseHistogram(histogram), negative: 0, mostNegative: 0 },
  offenders: byName(OFFENCES, () => []),
  hops: null,
  gaps: null,
  incidents: [],
};

const SERVICE = { ended: true, processed: 30, deadLettered: 0, failedAttempts: 0, tornReceipts: 0 };
/** A verification in which most kinds of problems happened. */
const BROKEN: VerifyRecord = {
  ...RECEIPTS,
  verdict: 'fail',
  reasons: [
    {
      kind: 'out-of-order',
      count: 30,
      text: 'messages were delivered after a message that their thread sent later',
    },
    { kind: 'unprocessed', count: 7, text: 'messages were never processed' },
    { kind: 'processed-twice', count: 8, text: 'messages were processed more than once' },
  ],
  reading: 'log',
  repeatsDropped: false,
  outOfOrder: 30,
  duplicated: 4,
  service: { ...SERVICE, unprocessed: 7, processedTwice: 8 },
  read: [{ partition: 0, from: 5, to: 1_005 }],
  offenders: {
    ...RECEIPTS.offenders,
    outOfOrder: Array.from({ length: 20 }, (_, loop) => ({
      identity: { run: 'mine', group: 1, thread: 2, loop: loop + 1, request: 1 },
      place: { partition: 0, offset: 5 + loop },
    })),
  },
};

const PLAIN = styleFor({ isTTY: false, columns: null }, {});
const COLOURED = styleFor({ isTTY: true, columns: null }, { FORCE_COLOR: '1' });

const terminal = (record: VerifyRecord, style = PLAIN) => verifyText(record, histogram, null, style);
const markdown = (verification: VerifyRecord) => summaryMarkdown(outcomeOf(verification));
const outcomeOf = (verification: VerifyRecord) => ({
  run: 'mine',
  plan: 'stress',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 1,
  verification,
  summary: null,
  incidents: verification.incidents,
  end: null,
  mayEndByFailures: false,
  allowErrors: false,
  conditions: [],
});

/** Returns the JUnit test cases that did not pass. */
function notPassed(verification: VerifyRecord): Record<string, string | undefined> {
  const found = junitXml(outcomeOf(verification)).matchAll(/name="([^"]*)" time="0">\s+<(\w+)/g);
  return Object.fromEntries([...found].map(([, name = '', result]) => [name, result]));
}

const marked = (record: VerifyRecord) =>
  verdictFacts(record, null).counts.flatMap(({ name, isOffence }) => (isOffence ? [name] : []));

test('shows the receipts of a queue that drops duplicates, on the page and in the terminal', () => {
  const lines = [
    '10 acked; read 10 receipts of a service that emptied the queue; 10 arrived',
    QUEUE,
    'The queue drops duplicates itself, so qbl cannot see any.',
  ];
  expect(verdictFacts(RECEIPTS, null).evidence).toEqual(lines.map((text) => ({ about: 'reading', text })));
  expect(terminal(RECEIPTS)).toContain(`Evidence: ${lines.join('\n  ')}\n`);
});

test('shows the counts of a service in every output', () => {
  const served = ['processed', 'processed twice', 'dead-lettered', 'unprocessed', 'failed attempts'];
  const { counts } = verdictFacts(BROKEN, null);
  expect(counts.flatMap(({ group, name }) => (group === 'service' ? [name] : []))).toEqual(served);
  expect(terminal(BROKEN)).toContain(
    'service: processed 30  processed twice 8  dead-lettered 0  unprocessed 7  failed attempts 0\n',
  );
  expect(markdown(BROKEN)).toContain(
    'processed | processed twice | dead\\-lettered | unprocessed | failed attempts |',
  );
});

test('shows what was not proven below the verdict in every output', () => {
  const open: VerifyRecord = {
    ...RECEIPTS,
    notProven: [{ kind: 'queue-not-seen', text: 'that <it> was kept' }],
  };
  expect(terminal(open)).toMatch(/PASS {2}run mine: .*\n {2}not proven: that <it> was kept$/);
  expect(markdown(open)).toContain('- not proven: that &lt;it\\> was kept');
  const junit = junitXml(outcomeOf(open));
  expect(junit).toContain('<system-out>not proven: that &lt;it&gt; was kept</system-out>');
  expect(junit).toContain('failures="0" errors="0" skipped="0"');
});

test('shows the offsets that were read, without the exclusive end', () => {
  const read = [
    { partition: 0, from: 0, to: 95 },
    { partition: 1, from: 7, to: 8 },
    { partition: 2, from: 0, to: 0 },
    { partition: 3, from: 1_000, to: 1_000 },
    { partition: 4, from: 5, to: null },
  ];
  const log: VerifyRecord = { ...RECEIPTS, reading: 'log', read, drained: false };
  expect(terminal(log)).toContain('did not read 5 partitions to the end');
  expect(terminal(log)).toContain(
    'partition 0: offsets 0–94, partition 1: offset 7, partition 2: empty, partition 3: empty from offset 1,000, partition 4: from offset 5 (end unknown)',
  );
});

test('suspects no loss if the queue was not read', () => {
  const why = 'the queue was not read';
  const unread: VerifyRecord = {
    ...RECEIPTS,
    ...{ verdict: 'unknown', reading: 'none', drained: false, received: 0, lost: 10, service: null },
    reasons: [{ kind: 'incomplete-drain', count: null, text: why }],
  };
  expect(terminal(unread)).toMatch(/^Evidence: 10 acked; did not read the queue$/m);
  const { offences } = verdictFacts(unread, null);
  expect(offences).toContainEqual({ state: 'open', name: 'lost', why });
  expect(offences.map(({ state }) => state)).not.toContain('suspected');
});

test('shows in the evidence how long it waited, and for what', () => {
  const settling = { waitedFor: 'quiet', settleMs: 10_000, waitedMs: 12_345 } as const;
  expect(terminal({ ...RECEIPTS, settling })).toContain('waited 12.3 s for late messages (--settle 10.0 s)');
});

test('shows no counts of a service if there was none', () => {
  const alone = { ...RECEIPTS, service: null };
  expect(junitXml(outcomeOf(alone))).not.toContain('processed');
  expect(terminal(alone)).not.toContain('service:');
});

test('marks only the counts that fail the verdict', () => {
  expect(marked(BROKEN)).toEqual(['out of order', 'processed twice', 'unprocessed']);
  const text = terminal(BROKEN, COLOURED);
  for (const count of [30, 7, 8]) expect(text).toContain(`\u001b[31m${count}\u001b[39m`);
  expect(text).not.toContain('\u001b[31m4\u001b[39m');
  expect(notPassed(BROKEN)).toEqual({
    verdict: 'failure',
    'out of order': 'failure',
    'processed twice': 'failure',
    unprocessed: 'failure',
  });
});

test('marks messages that may be lost, and does not pass them', () => {
  const reasons = [{ kind: 'incomplete-drain', count: null, text: 'the broker went away' }] as const;
  const identity = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };
  const offenders = { ...RECEIPTS.offenders, lost: [{ identity, place: null }] };
  const doubted: VerifyRecord = {
    ...RECEIPTS,
    verdict: 'unknown',
    drained: false,
    lost: 2,
    reasons,
    offenders,
  };
  expect(marked(doubted)).toEqual(['not found']);
  expect(terminal(doubted)).not.toContain('lost');
  const { verdict, ...kinds } = notPassed(doubted);
  expect(verdict).toBe('error');
  expect(Object.keys(kinds)).toHaveLength(8);
  expect(new Set(Object.values(kinds))).toEqual(new Set(['skipped']));
  expect(junitXml(outcomeOf(doubted))).toContain('message="2 lost, but this is not proven"');
});

test('uses the same name for a kind of problem in every output', () => {
  for (const text of [terminal(BROKEN), markdown(BROKEN), junitXml(outcomeOf(BROKEN))]) {
    expect(text).toContain('out of order');
    expect(text).not.toMatch(/out-of-order|out\\-of\\-order|outOfOrder|processed\\?-twice/);
  }
  expect(terminal(BROKEN)).toContain(
    'out of order, the first 20 of 30:\n   thread 1-2, loop 1   partition 0, offset 5\n',
  );
  expect(terminal(BROKEN)).toContain(
    'FAIL  run mine\n  out of order: 30 messages were delivered after a message that their thread sent later\n',
  );
});
