import type { Plan } from '../../plan/plan.ts';
import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import { readSummary, type SummaryRecord } from '../../runs/documents/summary-json.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import type { Tally } from '../counting/tally.ts';
import type { VerifyOptions } from '../options.ts';
import { readSamples, readSamplesIfAny, type SamplesRead, type SamplesSource } from './samples.ts';

/** What was gathered about one run. */
export interface GatheredRun {
  readonly run: string;
  /** The queue that run.json names. Null if it is not known. */
  readonly sentTo: string | null;
  /** Null if the plan is not known. */
  readonly plan: Plan | null;
  readonly tally: Tally;
  readonly samples: SamplesRead;
  /** Where the samples were read. */
  readonly source: SamplesSource;
  /** Number of rows that the sender reports in run.json. Null if it did not end cleanly. */
  readonly samplesWritten: number | null;
  /** The counts of the sender. Null if it did not finish, or if the verdict uses other rules for rejected statuses. */
  readonly summary: SummaryRecord['statistics'] | null;
  /** Start of the run according to run.json, epoch milliseconds. Null without run.json. */
  readonly startedAtMs: number | null;
  /** Whether the sender exited normally. */
  readonly ended: boolean;
  /** When the last request ended, epoch milliseconds according to the sender's clock. */
  readonly sentUntilMs: number;
}

/** Whether the messages carry an identity. Assumed if the plan is not known. */
export function carriesIdentity({ plan }: GatheredRun): boolean {
  return plan?.identity ?? true;
}

/** Reads the samples of a run into its tally, and reads its other files. */
export async function gatherRun(
  { samplesFile, rejectedStatuses, labels }: VerifyOptions,
  folder: RunFolder,
  tally: Tally,
): Promise<GatheredRun> {
  const record = readRun(folder);
  const plan = record?.plan ?? null;
  const read = samplesFile === null && record?.end === null ? readSamplesIfAny : readSamples;
  const source: SamplesSource = {
    file: samplesFile ?? runFiles(folder).samples,
    run: folder.id,
    plan,
    labels,
    sender: record?.sender ?? null,
    rejectedStatuses,
    isForeign: samplesFile !== null,
  };
  const samples = await read(source, (identity, outcome, window) =>
    tally.addSample(identity, outcome, window),
  );
  return {
    run: folder.id,
    sentTo: record?.queue ?? null,
    plan,
    tally,
    samples,
    source,
    samplesWritten: record?.end?.samples ?? null,
    summary: await summaryOf(folder, record, rejectedStatuses),
    startedAtMs: record?.startedAtMs ?? null,
    // A samples file without run.json is treated as complete, unless its last row is incomplete.
    ended: record === null ? !samples.torn : record.end !== null,
    sentUntilMs: record?.end?.atMs ?? samples.lastEndMs,
  };
}

/** Reads the sender's counts. They do not apply if the caller treats additional statuses as rejected. */
async function summaryOf(
  folder: RunFolder,
  record: RunRecord | null,
  rejectedStatuses: ReadonlySet<number>,
): Promise<SummaryRecord['statistics'] | null> {
  const isCountedOtherwise = [...rejectedStatuses].some((status) => status < 300);
  if (record === null || record.end === null || isCountedOtherwise) return null;
  return (await readSummary(folder))?.statistics ?? null;
}
