import type { Plan } from '../../plan/plan.ts';
import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import { readSummary, type SummaryRecord } from '../../runs/documents/summary-json.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import type { Tally } from '../counting/tally.ts';
import type { VerifyOptions } from '../options.ts';
import { readSamples, readSamplesIfAny, type SamplesRead } from './samples.ts';

/** What was gathered of one run. */
export interface GatheredRun {
  readonly run: string;
  /** The queue that run.json names; null: unknown. */
  readonly sentTo: string | null;
  /** Null: unknown. */
  readonly plan: Plan | null;
  readonly tally: Tally;
  readonly samples: SamplesRead;
  /** Rows that the sender says it wrote; null without an end. */
  readonly samplesWritten: number | null;
  /** What the sender counted itself; null: it did not come so far, or the verdict counts by other rules. */
  readonly summary: SummaryRecord['statistics'] | null;
  /** By run.json, epoch milliseconds; null: there is none. */
  readonly startedAtMs: number | null;
  /** The sender stopped in good order. */
  readonly ended: boolean;
  /** Until when a request was under way, epoch milliseconds by the sender's clock. */
  readonly sentUntilMs: number;
}

/** Without a plan it is taken for granted. */
export function carriesIdentity({ plan }: GatheredRun): boolean {
  return plan?.identity ?? true;
}

/** Reads the samples of a run into its tally, and what its other files say of it. */
export async function gatherRun(
  { samplesFile, rejectedStatuses, labels }: VerifyOptions,
  folder: RunFolder,
  tally: Tally,
): Promise<GatheredRun> {
  const record = readRun(folder);
  const plan = record?.plan ?? null;
  const read = samplesFile === null && record?.end === null ? readSamplesIfAny : readSamples;
  const samples = await read(
    {
      file: samplesFile ?? runFiles(folder).samples,
      run: folder.id,
      plan,
      labels,
      sender: record?.sender ?? null,
      rejectedStatuses,
      isForeign: samplesFile !== null,
    },
    (identity, outcome, window) => tally.addSample(identity, outcome, window),
  );
  return {
    run: folder.id,
    sentTo: record?.queue ?? null,
    plan,
    tally,
    samples,
    samplesWritten: record?.end?.samples ?? null,
    summary: await summaryOf(folder, record, rejectedStatuses),
    startedAtMs: record?.startedAtMs ?? null,
    // A samples file by itself is taken for whole, unless it shows that it is not.
    ended: record === null ? !samples.torn : record.end !== null,
    sentUntilMs: record?.end?.atMs ?? samples.lastEndMs,
  };
}

/** The sender does not know which statuses mean a definite no here. */
async function summaryOf(
  folder: RunFolder,
  record: RunRecord | null,
  rejectedStatuses: ReadonlySet<number>,
): Promise<SummaryRecord['statistics'] | null> {
  const isCountedOtherwise = [...rejectedStatuses].some((status) => status < 300);
  if (record === null || record.end === null || isCountedOtherwise) return null;
  return (await readSummary(folder))?.statistics ?? null;
}
