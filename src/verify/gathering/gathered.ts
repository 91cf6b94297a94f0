import { isToken } from '../../message/placement.ts';
import { firstBits } from '../../message/reading/content-hash.ts';
import { carriesIdentity, comparesContent, placementOf } from '../../plan/placements.ts';
import type { Plan } from '../../plan/plan.ts';
import { type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import { readSummary, type SummaryRecord } from '../../runs/documents/summary-json.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import type { Tally } from '../counting/tally.ts';
import type { VerifyOptions } from '../options.ts';
import {
  type OnSample,
  readSamples,
  readSamplesIfAny,
  type SamplesRead,
  type SamplesSource,
} from './samples.ts';

export interface GatheredRun {
  readonly run: string;
  /** The queue that run.json names. Null if run.json names no queue. */
  readonly sentTo: string | null;
  /** The plan. Null if it is not known. */
  readonly plan: Plan | null;
  readonly tally: Tally;
  readonly samples: SamplesRead;
  readonly source: SamplesSource;
  /** Number of rows that the sender wrote, according to run.json. Null if the sender did not end cleanly. */
  readonly samplesWritten: number | null;
  /**
   * The counts of the sender. Null if the sender did not end, or if this verification treats other statuses as
   * rejected.
   */
  readonly summary: SummaryRecord['statistics'] | null;
  /** Start of the run according to run.json, in epoch milliseconds. Null if run.json is missing. */
  readonly startedAtMs: number | null;
  /** Whether the sender ended cleanly. */
  readonly ended: boolean;
  /** Time when the last request ended, in epoch milliseconds of the sender's clock. */
  readonly sentUntilMs: number;
}

/** Whether the messages carry an identity. True if the plan is not known. */
export function isIdentified({ plan }: Pick<GatheredRun, 'plan'>): boolean {
  return plan === null || carriesIdentity(plan);
}

/** Reads the samples of a run and adds them to its tally. Also reads the other files of the run. */
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
  const samples = await read(source, addTo(tally, plan));
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
    // If run.json is missing, the samples count as complete, except if the last row is incomplete.
    ended: record === null ? !samples.torn : record.end !== null,
    sentUntilMs: record?.end?.atMs ?? samples.lastEndMs,
  };
}

/** Adds each row to the tally (the counts) of its run. */
export function addTo(tally: Tally, plan: Plan | null): OnSample {
  const tokens = plan?.threadGroups.map(({ requests }) =>
    requests.map((request) =>
      isToken(placementOf(plan, request)) ? { isCompared: comparesContent(plan, request) } : null,
    ),
  );
  // The rows of a foreign plan name only messages, and no request of the plan.
  const ofForeign = plan?.foreign !== undefined && isToken(plan.identity) ? { isCompared: false } : null;
  return (identity, outcome, window, { timeStampMs, content }) => {
    const token = ofForeign ?? tokens?.[identity.group - 1]?.[identity.request - 1] ?? null;
    if (token !== null) {
      const sent = { sentAtMs: timeStampMs, content: content === undefined ? null : firstBits(content) };
      tally.addTokenSent(identity, sent, token.isCompared);
    }
    tally.addSample(identity, outcome, window);
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
