import { appendFile } from 'node:fs/promises';
import { type ServiceEnd, writeService } from '../../src/runs/documents/service-json.ts';
import { openReceipts, type Receipt } from '../../src/runs/rows/receipts-csv.ts';
import { makeRunFolder, type RunFolder, runFiles } from '../../src/runs/run-folder.ts';
import { EVERY_LOOP, identity } from './history.ts';

/** The result of a service's work. */
export interface Working {
  /** Loops that the service processed. A loop may be listed several times. */
  readonly processed?: readonly number[];
  readonly others?: readonly Partial<Receipt>[];
  /** The incomplete row that a killed service left at the end. */
  readonly torn?: string;
  readonly drain?: boolean;
  /** When the service stopped. Null if it was killed. */
  readonly endsAtMs?: number | null;
  /** Number of receipts that `service.json` states. If absent, `service.json` states no number. */
  readonly counted?: number;
  /** By how much the clock of the queue or of the sender was ahead of the service's clock. */
  readonly clockAheadMs?: number;
  /** Whose clock recorded the arrivals. */
  readonly waitSince?: ServiceEnd['waitSince'];
  /** Whether an earlier service was killed. */
  readonly killedBefore?: boolean;
}

const STARTED = new Date(0).toISOString();
/** A time later than the start of every run in a test, because a service processes no message before the run starts. */
export const FINISHED_MS = Date.now() + 3_600_000;

/** Writes the files of a service that worked for a run. */
export async function workFor(folder: RunFolder, working: Working = {}): Promise<void> {
  const { processed = EVERY_LOOP, others = [], torn = '', drain = true } = working;
  const { endsAtMs = Date.now(), killedBefore = false, counted = 0 } = working;
  const { clockAheadMs = 0, waitSince = 'queue' } = working;
  await makeRunFolder(folder);
  const { receipts } = runFiles(folder);
  const writer = await openReceipts(receipts);
  for (const loop of processed) await writer.write(receiptOf(folder.id, loop));
  for (const other of others) await writer.write({ ...receiptOf(folder.id, 1), ...other });
  await writer.close();
  await appendFile(receipts, torn);
  await writeService(folder, {
    schema: 'qbl.service/1',
    run: folder.id,
    options: { ...OPTIONS, drain },
    startedAt: STARTED,
    end: endsAtMs === null ? null : { ...endAt(endsAtMs, counted), clockAheadMs, waitSince },
    earlier: killedBefore ? [{ startedAt: STARTED, end: null }] : [],
  });
}

export function receiptOf(run: string, loop: number, some: Partial<Receipt> = {}): Receipt {
  return {
    identity: identity(run, loop),
    sentAtMs: null,
    attempt: 1,
    instance: 1,
    arrivedAtMs: FINISHED_MS - 2,
    startedAtMs: FINISHED_MS - 1,
    finishedAtMs: FINISHED_MS,
    outcome: 'processed',
    condition: 'intact',
    ...some,
  };
}

function endAt(atMs: number, processed: number): ServiceEnd {
  const counts = { processed, attempts: 0, failed: 0, deadLettered: 0, redelivered: 0, others: 0 };
  const figures = {
    perSecond: 0,
    busiestSecond: 0,
    longestWaitMs: 0,
    longestUntilProcessedMs: 0,
    pace: null,
    waitSince: null,
    lastEndMs: atMs,
    peakBacklog: 0,
    longestAgeMs: 0,
  };
  return { at: new Date(atMs).toISOString(), ...counts, ...figures };
}

const OPTIONS = {
  queue: 'kafka://localhost:9092/evidence',
  group: 'qbl-service',
  instances: 1,
  concurrency: 1,
  ratePerSecond: null,
  work: null,
  failShare: 0,
  maxAttempts: 1,
  deadLetter: null,
  outages: [],
};
