import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type GroupEnd,
  type ObservedGroupRecord,
  type ObservedQueueRecord,
  type QueueEnd,
  writeObservedService,
} from '../runs/documents/observed-service-json.ts';
import { makeRunFolder, type RunFolder, runFiles, runFolder } from '../runs/run-folder.ts';
import { newLatencyHistogram, summariseHistogram } from '../samples/latency/histogram.ts';
import { type Claim, compareObserved } from './observed.ts';

const START_MS = 1_800_000_000_000;
const HEADER = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success';
/** A hundred messages that are acked at once. */
const SENT = 100;

const RATE = { perSecond: 10, messages: 90, fromMs: START_MS, toMs: START_MS + 9_000 };
const END: GroupEnd = {
  at: new Date(START_MS + 11_000).toISOString(),
  ...{ observations: 20, unanswered: 0, longestGapMs: 510, state: 'Stable', members: 1, mostMembers: 1 },
  ...{ messages: SENT, committed: SENT, waitMs: summariseHistogram(newLatencyHistogram()) },
  ...{ lastArrivalMs: START_MS + 10, allCommittedAtMs: START_MS + 10_000 },
  ...{ peakBacklog: SENT, longestAgeMs: 10_000, waitingBefore: 0, drainRate: RATE },
  ...{ rebalances: { count: 0, first: [] }, resets: { count: 0, first: [] }, notCommitted: null },
};
const CLAIM: Claim = {
  capacity: {
    ...{ ratePerSecond: 50, instances: 2, concurrency: 1, work: null },
    ...{ failShare: 0, outages: [] },
  },
  maxWaitMs: 500,
};

const QUEUE_END: QueueEnd = {
  at: new Date(START_MS + 11_000).toISOString(),
  ...{ observations: 20, unanswered: 0, longestGapMs: 510, messages: SENT, lastArrivalMs: START_MS + 10 },
  ...{
    peakBacklog: 90,
    waitingBefore: 0,
    drainRate: RATE,
    ready: 0,
    unacknowledged: 0,
    mostUnacknowledged: 10,
  },
  ...{ consumers: 1, mostConsumers: 1, taken: SENT, emptyAtMs: START_MS + 9_000 },
  ...{ acknowledgedAtMs: START_MS + 10_000, notAcknowledged: null },
};

async function compared(end: Partial<GroupEnd> | null, claim: Claim | null = null) {
  return comparedRecord({ observedBy: 'group', group: 'orders', end: end && { ...END, ...end } }, claim);
}

/**
 * Compares an observed queue with the model.
 * @param unacknowledgedAgeMs null if the queue does not report unacknowledged messages
 */
async function comparedQueue(end: Partial<QueueEnd>, ageMs = 0, unacknowledgedAgeMs: number | null = 0) {
  const ages = { readyAgeMs: ageMs, unacknowledgedAgeMs };
  return comparedRecord({ observedBy: 'queue', ...ages, end: { ...QUEUE_END, ...end } }, null);
}

type Observed =
  | Pick<ObservedGroupRecord, 'observedBy' | 'group' | 'end'>
  | Pick<ObservedQueueRecord, 'observedBy' | 'readyAgeMs' | 'unacknowledgedAgeMs' | 'end'>;

async function comparedRecord(observed: Observed, claim: Claim | null) {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-observed-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  const folder: RunFolder = runFolder(runs, 'mine');
  await makeRunFolder(folder);
  const rows = Array.from({ length: SENT }, () => `${START_MS},10,a,200,OK,g 1-1,true\n`);
  await writeFile(runFiles(folder).samples, `${HEADER}\n${rows.join('')}`);
  await writeObservedService(folder, {
    schema: 'qbl.observed-service/1',
    ...{ run: 'mine', queue: 'kafka://localhost:9092/orders', intervalMs: 500 },
    startedAt: new Date(START_MS - 1_000).toISOString(),
    ...observed,
  });
  const table = await compareObserved(folder, claim);
  const cells = (name: string) => table?.rows.find((row) => row.name.trim() === name)?.cells;
  return { table, cells, notes: table?.notes.join('\n') ?? '' };
}

test('predicts with the measured rate', async () => {
  const { cells, notes } = await compared({});
  const [measured, predicted] = cells('time until all messages are committed') ?? [];
  expect(measured).toBe(10);
  expect(predicted).toBeCloseTo(10, 0);
  expect(notes).toContain('the group committed 90 messages in 9 s (10 a second) while messages waited');
});

test('predicts with the claimed capacity, and computes the instances that it needs', async () => {
  const { cells, notes } = await compared({}, CLAIM);
  // Two instances, each with a rate of 50 messages per second.
  expect(cells('time until all messages are committed')?.[1]).toBeCloseTo(1, 0);
  expect(cells('cost: instances needed for --max-wait')).toEqual([null, 4]);
  expect(notes).toContain('the capacity that you gave');
});

test('predicts nothing without a rate, and says how to get a prediction', async () => {
  const { cells, notes } = await compared({ drainRate: null });
  expect(cells('largest backlog')).toEqual([SENT, null]);
  expect(notes).toContain(
    'No prediction: while messages waited, qbl saw too little progress of the service to measure its rate.',
  );
});

test('puts the messages that waited before the run before its own, unless they are too many to follow', async () => {
  const some = await compared({ waitingBefore: 100 });
  // 100 messages wait before the run. In the second before the run, the service finishes 10 of these messages.
  expect(some.cells('time until all messages are committed')?.[1]).toBeCloseTo(19, 0);
  const many = await compared({ waitingBefore: 8_640_000_000_000_001 });
  expect(many.cells('time until all messages are committed')).toEqual([10, null]);
  expect(many.notes).toContain('There is no prediction');
});

test('says that the waits leave out messages that were not committed', async () => {
  const { cells, notes } = await compared({ committed: 60, allCommittedAtMs: null });
  expect(cells('time until all messages are committed')?.[0]).toBe('never');
  expect(notes).toContain(
    'The waits count only the 60 committed messages, not the 40 that were not committed.',
  );
});

test('compares nothing if the observation did not end', async () => {
  expect((await compared(null)).table).toBeNull();
});

test('compares the counts of a queue with the model', async () => {
  const { cells, notes } = await comparedQueue({});
  expect(cells('scalability: taken')).toEqual([SENT, SENT]);
  const [empty, predicted] = cells('time until the queue is empty') ?? [];
  expect([empty, cells('time until all messages are acknowledged')?.[0]]).toEqual([9, 10]);
  expect(predicted).toBeCloseTo(10, 0);
  const [measuredWait, predictedWait] = cells('wait until processed, longest') ?? [];
  expect(measuredWait).toBeNull();
  expect(predictedWait).toBeCloseTo(10, 0);
  expect(notes).toContain('the service took 90 messages in 9 s (10 a second) while messages waited');
  expect(notes).not.toContain('approximate');
});

test('compares no acknowledgement that the queue does not report', async () => {
  const { cells } = await comparedQueue({ unacknowledged: null, acknowledgedAtMs: null }, 0, null);
  expect(cells('time until all messages are acknowledged')).toBeUndefined();
  expect(
    (await comparedQueue({ acknowledgedAtMs: null })).cells('time until all messages are acknowledged')?.[0],
  ).toBe('never');
});

test('says that the counts of a queue are approximate', async () => {
  expect((await comparedQueue({}, 60_000, 60_000)).notes).toContain(
    'These counts are approximate, and up to 60 s old',
  );
});
