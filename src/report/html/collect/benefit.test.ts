import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { IN_BODY } from '../../../message/placement.ts';
import { type CompareRecord, writeCompare } from '../../../runs/documents/compare-json.ts';
import { beginRun } from '../../../runs/documents/run-json.ts';
import { writeService } from '../../../runs/documents/service-json.ts';
import { writeSummary } from '../../../runs/documents/summary-json.ts';
import { directRun, makeRunFolder, type RunFolder, runFiles, runFolder } from '../../../runs/run-folder.ts';
import { MAX_ACKED_SAMPLES } from '../../../samples/latency/acked-samples.ts';
import { newLatencyHistogram, summariseHistogram } from '../../../samples/latency/histogram.ts';
import { type OutcomeCurves, readOutcomes } from '../curves/outcomes.ts';
import type { Column, OutcomesData } from '../report-data.ts';
import { failuresData, readBenefit } from './benefit.ts';

const COMPARED: CompareRecord = {
  schema: 'qbl.compare/1',
  title: 'With the queue and without',
  columns: ['queue', 'predicted', 'direct', 'predicted'],
  rows: [],
  notes: [],
};

function outcomes(bucketSeconds: number, rejected: Column, indeterminate: Column): OutcomesData {
  const seconds = rejected.map((_, index) => (index + 0.5) * bucketSeconds);
  const none = rejected.map(() => 0);
  return {
    unclear: null,
    seconds,
    bucketSeconds,
    ackedPerSecond: none,
    rejectedPerSecond: rejected,
    indeterminatePerSecond: indeterminate,
    p50Ms: none,
    p99Ms: none,
    responses: [],
  };
}

test('counts unacknowledged requests as failed, in the wider time spans of the two runs', () => {
  const queue = outcomes(0.2, [0, 0, 4, 8], [0, 0, 0, 2]);
  const direct = outcomes(0.4, [10, 20, 30], [0, 5, 0]);
  expect(failuresData(queue, direct)).toEqual({
    seconds: [0.2, 0.6, 1],
    withQueuePerSecond: [0, 7, null],
    withoutQueuePerSecond: [10, 25, 30],
  });
});

test('leaves out what cannot be computed for a run', async () => {
  const folder = await servedRun();
  await writeFile(runFiles(folder).samples, `${JTL_HEADER}\n1000,20,a,200,OK,g 1-1,true\n`);
  const read = await readOutcomes(folder, null, 1_000);
  if (read === null) throw new Error('no samples');
  const withAcked = (acked: number): OutcomeCurves => ({
    ...read,
    statistics: { ...read.statistics, acked },
  });
  expect((await readBenefit(folder, withAcked(MAX_ACKED_SAMPLES)))?.table.title).toBe(
    'Load leveling by the queue',
  );
  expect(await readBenefit(folder, withAcked(MAX_ACKED_SAMPLES + 1)), 'too many to hold').toBeNull();
  await writeFile(runFiles(folder).samples, '');
  expect(await readOutcomes(folder, null, 1_000), 'killed before the first row').toBeNull();
  await rm(runFiles(folder).samples);
  expect(await readOutcomes(folder, null, 1_000)).toBeNull();
  expect(await readBenefit(folder, null), 'no samples.jtl').toBeNull();
});

test('counts a 200 with success=false as indeterminate', async () => {
  const folder = await servedRun();
  const rows = [
    '1000,1,a,200,OK,g 1-1,true',
    '1001,1,a,200,OK,g 1-1,false',
    '1002,1,a,503,Not Enqueued,g 1-1,false',
  ];
  await writeFile(runFiles(folder).samples, `${[JTL_HEADER, ...rows].join('\n')}\n`);
  expect(await readOutcomes(folder, null, 1_000)).toMatchObject({
    statistics: { samples: 3, acked: 1, rejected: 1, indeterminate: 1 },
  });
});

test('starts the time of each run at its own first request', async () => {
  const folder = await servedRun();
  const rejectedAfterASecond = (startMs: number) =>
    [
      JTL_HEADER,
      `${startMs},10,a,200,OK,g 1-1,true`,
      `${startMs + 1_000},10,a,503,Not Enqueued,g 1-1,false`,
      '',
    ].join('\n');
  await writeFile(runFiles(folder).samples, rejectedAfterASecond(50_000));
  const direct = directRun(folder);
  await makeRunFolder(direct);
  const plan = { name: 'p', threadGroups: [], rate: null, identity: IN_BODY };
  const experiment = { id: folder.id, direct: true };
  const { startedAtMs } = await beginRun(direct, {
    ...{ sender: 'blast', experiment, plan, queue: null, qblVersion: '0' },
  });
  const firstMs = startedAtMs + 2_000;
  await writeFile(runFiles(direct).samples, rejectedAfterASecond(firstMs));
  const read = await readOutcomes(direct, null, firstMs);
  if (read === null) throw new Error('no samples');
  await writeSummary(direct, {
    schema: 'qbl.summary/1',
    run: direct.id,
    rows: [],
    statistics: read.statistics,
    latencyMs: summariseHistogram(newLatencyHistogram()),
    intendedLatencyMs: null,
    rate: null,
    gaps: null,
  });
  await writeCompare(folder, COMPARED);
  const benefit = await readBenefit(folder, await readOutcomes(folder, null, 50_000));
  const { seconds = [], withQueuePerSecond = [], withoutQueuePerSecond = [] } = benefit?.failures ?? {};
  expect(seconds[withQueuePerSecond.findIndex((failed) => failed !== 0)]).toBe(1.1);
  expect(withoutQueuePerSecond).toEqual(withQueuePerSecond);
});

test.each([
  ['the run was compared with no run without a queue', true, ['queue', 'predicted']],
  ['the run of that name is a usual run', false, COMPARED.columns],
])('shows no failures without the queue if %s', async (_, direct, columns) => {
  const folder = await servedRun();
  const other = directRun(folder);
  await makeRunFolder(other);
  const plan = { name: 'p', threadGroups: [], rate: null, identity: IN_BODY };
  const experiment = { id: 'another', direct };
  await beginRun(other, { sender: 'blast', experiment, plan, queue: null, qblVersion: '0' });
  const samples = `${JTL_HEADER}\n50000,10,a,503,Not Enqueued,g 1-1,false\n`;
  for (const run of [folder, other]) await writeFile(runFiles(run).samples, samples);
  await writeCompare(folder, { ...COMPARED, columns });
  const benefit = await readBenefit(folder, await readOutcomes(folder, null, 50_000));
  expect(benefit?.table.columns).toEqual(columns);
  expect(benefit?.failures).toBeNull();
});

const JTL_HEADER = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success';

/** A run whose service exited normally. */
async function servedRun(): Promise<RunFolder> {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-benefit-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  const folder = runFolder(runs, 'mine');
  await makeRunFolder(folder);
  await writeService(folder, {
    schema: 'qbl.service/1',
    run: folder.id,
    options: {
      queue: 'kafka://localhost:9092/orders',
      group: 'qbl-service',
      instances: 1,
      concurrency: 1,
      ratePerSecond: 100,
      work: null,
      failShare: 0,
      maxAttempts: 3,
      deadLetter: null,
      outages: [],
      drain: true,
    },
    startedAt: new Date(1_000).toISOString(),
    end: {
      ...{ processed: 1, attempts: 1, failed: 0, deadLettered: 0, redelivered: 0, others: 0 },
      ...{
        perSecond: 100,
        busiestSecond: 1,
        longestWaitMs: 0,
        longestUntilProcessedMs: 0,
        pace: null,
        waitSince: 'queue',
        peakBacklog: 1,
        longestAgeMs: 0,
      },
      at: new Date(1_030).toISOString(),
      lastEndMs: 1_030,
    },
    earlier: [],
  });
  return folder;
}
