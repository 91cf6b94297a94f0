import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import type { CompareRecord } from '../../runs/documents/compare-json.ts';
import { writeDirect } from '../../runs/documents/direct-json.ts';
import { beginRun } from '../../runs/documents/run-json.ts';
import { type ServiceEnd, type ServiceSettings, writeService } from '../../runs/documents/service-json.ts';
import { openReceipts, type ReceiptOutcome } from '../../runs/rows/receipts-csv.ts';
import { directRun, makeRunFolder, type RunFolder, runFiles, runFolder } from '../../runs/run-folder.ts';

export const START_MS = 1_795_000_000_000;

export interface Sampled {
  readonly atMs: number;
  readonly elapsedMs: number;
  readonly status: number;
  /** Absent: `r`. */
  readonly label?: string;
}

export const acked = (atMs: number, elapsedMs: number): Sampled => ({ atMs, elapsedMs, status: 200 });
export const many = <T>(count: number, sample: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => sample(index));

/** A run of which a test writes the results. Each test gets an empty folder. */
export interface ComparedRun {
  readonly folder: RunFolder;
  queueHalf(
    settings: Partial<ServiceSettings>,
    samples: readonly Sampled[],
    end?: Partial<ServiceEnd>,
    serviceStartMs?: number,
  ): Promise<void>;
  writeReceipts(all: readonly Received[]): Promise<void>;
  /** Writes the result of the same plan without a queue: 100 threads send 10 requests each to the service. */
  directHalf(samples: readonly Sampled[], counts: DirectCounts, timeoutMs?: number): Promise<void>;
}

interface Received {
  readonly loop: number;
  readonly finishedAtMs: number;
  /** Absent: the time `START_MS`. */
  readonly startedAtMs?: number;
  /** Absent: no checksum confirms the send time. */
  readonly sentAtMs?: number;
  /** Absent: `processed`. */
  readonly outcome?: ReceiptOutcome;
}

interface DirectCounts {
  readonly processed: number;
}

/** Creates a folder before each test of the calling file, and removes the folder after the test. */
export function comparedRun(): ComparedRun {
  let folder: RunFolder;
  beforeEach(async () => {
    const runs = await mkdtemp(join(tmpdir(), 'qbl-comparison-'));
    onTestFinished(() => rm(runs, { recursive: true }));
    folder = runFolder(runs, 'mine');
    await mkdir(folder.path);
  });
  return {
    get folder() {
      return folder;
    },
    queueHalf: (...results) => writeQueueHalf(folder, ...results),
    writeReceipts: (all) => writeReceipts(folder, all),
    directHalf: (samples, counts, timeoutMs) => writeDirectHalf(folder, samples, counts, timeoutMs),
  };
}

export function row(record: CompareRecord | null, name: string): CompareRecord['rows'][number]['cells'] {
  const found = record?.rows.find((candidate) => candidate.name.endsWith(name));
  expect(found, name).toBeDefined();
  return found?.cells ?? [];
}

async function writeQueueHalf(
  folder: RunFolder,
  settings: Partial<ServiceSettings>,
  samples: readonly Sampled[],
  end: Partial<ServiceEnd> = {},
  serviceStartMs = START_MS,
): Promise<void> {
  await writeSamples(folder, samples);
  const { processed = 1_000, lastEndMs = START_MS + 10_000 } = end;
  await writeReceipts(
    folder,
    many(processed, (index) => ({ loop: index + 1, finishedAtMs: lastEndMs ?? 0 })),
  );
  await writeService(folder, {
    schema: 'qbl.service/1',
    run: folder.id,
    options: {
      queue: 'kafka://localhost:9092/orders',
      group: 'qbl-service',
      instances: 1,
      concurrency: 1,
      ratePerSecond: null,
      work: null,
      failShare: 0,
      maxAttempts: 3,
      deadLetter: null,
      outages: [],
      drain: true,
      ...settings,
    },
    startedAt: new Date(serviceStartMs).toISOString(),
    end: {
      at: new Date(START_MS + 10_000).toISOString(),
      processed: 1_000,
      attempts: 1_000,
      failed: 0,
      deadLettered: 0,
      redelivered: 0,
      others: 0,
      perSecond: 100,
      busiestSecond: 100,
      longestWaitMs: 9_990,
      longestUntilProcessedMs: 10_000,
      pace: null,
      waitSince: 'queue',
      lastEndMs: START_MS + 10_000,
      peakBacklog: 990,
      longestAgeMs: 9_990,
      ...end,
    },
    earlier: [],
  });
}

async function writeReceipts(folder: RunFolder, all: readonly Received[]): Promise<void> {
  const writer = await openReceipts(runFiles(folder).receipts);
  for (const { loop, startedAtMs = START_MS, finishedAtMs, sentAtMs = null, outcome = 'processed' } of all)
    void writer.write({
      identity: { run: folder.id, group: 1, thread: 1, loop, request: 1 },
      sentAtMs,
      attempt: 1,
      instance: 1,
      arrivedAtMs: START_MS,
      startedAtMs,
      finishedAtMs,
      outcome,
      condition: 'intact',
    });
  await writer.close();
}

/** The result of the same plan without a queue: 100 threads send 10 requests each to the service. */
async function writeDirectHalf(
  folder: RunFolder,
  samples: readonly Sampled[],
  counts: DirectCounts,
  timeoutMs = 0,
): Promise<void> {
  const own = directRun(folder);
  await makeRunFolder(own);
  const request = {
    name: 'r',
    url: 'http://h/',
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs,
  } as const;
  const group = { threads: 100, loops: 10, durationMs: null, rampUpMs: 0, requests: [request] };
  const threadGroups = [{ name: 'g', onSampleError: 'continue', ...group }] as const;
  const plan = { name: 'p', threadGroups, rate: null, identity: IN_BODY };
  await beginRun(own, { sender: 'blast', plan, queue: null, qblVersion: '0' });
  await writeSamples(own, samples);
  await writeDirect(own, {
    schema: 'qbl.direct/1',
    run: own.id,
    arrived: samples.length,
    failed: 0,
    refused: samples.length - counts.processed,
    timedOut: 0,
    interrupted: 0,
    peakPending: 100,
    busiestSecond: 299,
    busiestSecondOfWork: 200,
    firstAtMs: START_MS,
    lastProcessedAtMs: START_MS + 5_000,
    ...counts,
  });
}

async function writeSamples(of: RunFolder, samples: readonly Sampled[]): Promise<void> {
  const header = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success';
  const rows = samples.map(
    ({ atMs, elapsedMs, status, label = 'r' }) =>
      `${START_MS + atMs},${elapsedMs},${label},${status},${status === 200 ? 'OK,g 1-1,true' : 'Service Unavailable,g 1-1,false'}`,
  );
  await writeFile(runFiles(of).samples, `${[header, ...rows].join('\n')}\n`);
}
