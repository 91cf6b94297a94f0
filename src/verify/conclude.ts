import { isPlanned, type Plan } from '../plan/plan.ts';
import type { Drain, Positions } from '../queue/queue.ts';
import {
  type Counts,
  MAX_OFFENDERS,
  OFFENCES,
  type Offenders,
  type PartitionRead,
  type RunCounts,
  type VerifyRecord,
} from '../runs/verify-json.ts';
import type { Inspection } from './inspection.ts';
import type { VerifyResult } from './result.ts';
import type { SamplesRead } from './samples.ts';
import type { Conclusion, Tally } from './tally.ts';
import { type Evidence, judge, type Rules } from './verdict.ts';

/** What was gathered of one run. */
export interface GatheredRun {
  readonly run: string;
  /** Null: unknown. */
  readonly plan: Plan | null;
  readonly tally: Tally;
  readonly samples: SamplesRead;
  /** Rows that the sender says it wrote; null without an end. */
  readonly samplesWritten: number | null;
  /** The sender stopped in good order. */
  readonly ended: boolean;
}

/** Everything that was gathered, when there is nothing more to read. */
export interface Gathered {
  readonly runs: readonly GatheredRun[];
  readonly queue: string;
  readonly inspection: Inspection;
  readonly start: Positions;
  readonly drain: Drain;
  readonly rules: Rules;
}

/** From what was gathered to the verdict. */
export function conclude(gathered: Gathered): VerifyResult {
  const { runs, queue, inspection, drain, start } = gathered;
  const conclusions = runs.map((run) => concludeRun(run, inspection.deliveries));
  const counts: Counts = {
    ...sum(conclusions.map((conclusion) => conclusion.counts)),
    foreign: inspection.foreign,
  };
  const record: VerifyRecord = {
    schema: 'qbl.verify/1',
    ...judge(counts, evidenceOf(gathered, conclusions), gathered.rules),
    run: runs.map(({ run }) => run).join(','),
    queue,
    ...counts,
    runs: runs.map(({ run }, i) => ({ run, ...(conclusions[i]?.counts ?? sum([])) })),
    drained: drain.complete,
    read: partitionsRead(start, drain.ends),
    latencySource: inspection.latency.source,
    latencyMs: inspection.latency.summary(),
    offenders: mergeOffenders(conclusions.map(({ offenders }) => offenders)),
  };
  return { record, histogram: inspection.latency.histogram };
}

function concludeRun(run: GatheredRun, deliveries: number): Conclusion {
  const { plan, tally } = run;
  const conclusion = tally.conclude({
    // Where rows are missing, a message without one proves nothing.
    ended: run.ended && unclear(run) === null,
    // Without a plan nobody can say what it would not have sent.
    isPlanned: (identity) => plan === null || isPlanned(plan, identity),
  });
  return carriesIdentity(run) ? conclusion : countedOnly(conclusion, deliveries);
}

/** Without a plan it is taken for granted. */
export function carriesIdentity({ plan }: GatheredRun): boolean {
  return plan?.identity ?? true;
}

/** Without identity every message stands for any other: only their number can be held against the acks. */
function countedOnly({ counts, offenders }: Conclusion, arrived: number): Conclusion {
  const { acked, indeterminate } = counts;
  const lost = Math.max(0, acked - arrived);
  return {
    counts: { ...counts, received: arrived, lost, recovered: 0, unresolved: indeterminate },
    offenders: { ...offenders, lost: [] },
  };
}

function evidenceOf({ runs, drain }: Gathered, conclusions: readonly Conclusion[]): Evidence {
  const withoutAck = conclusions.findIndex(({ counts }) => counts.acked === 0);
  return {
    nothingAcked: runs[withoutAck]?.run ?? null,
    unproven: runs.reduce((total, { tally }) => total + tally.unproven, 0),
    ended: runs.every(({ ended }) => ended),
    incomplete: drain.complete ? null : drain.reason,
    unclearSamples: runs.map(unclear).find((text) => text !== null) ?? null,
    identity: runs.every(carriesIdentity),
  };
}

function unclear({ run, samples, samplesWritten, tally }: GatheredRun): string | null {
  const { rows, torn, unplaced } = samples;
  const of = `the samples of ${run}`;
  if (tally.repeatedRows > 0)
    return `${tally.repeatedRows} rows of ${of} name a message that another row names too`;
  if (unplaced > 0) return `${unplaced} of ${rows} rows of ${of} name no thread and request of the plan`;
  if (samplesWritten !== null && samplesWritten !== rows) {
    return `${of} have ${rows} rows, and the sender wrote ${samplesWritten}`;
  }
  return torn ? `the last row of ${of} is torn` : null;
}

function sum(all: readonly RunCounts[]): RunCounts {
  const of = (name: keyof RunCounts) => all.reduce((total, counts) => total + counts[name], 0);
  return {
    sent: of('sent'),
    acked: of('acked'),
    rejected: of('rejected'),
    indeterminate: of('indeterminate'),
    received: of('received'),
    lost: of('lost'),
    duplicated: of('duplicated'),
    phantom: of('phantom'),
    unexpected: of('unexpected'),
    corrupt: of('corrupt'),
    enriched: of('enriched'),
    recovered: of('recovered'),
    unresolved: of('unresolved'),
    outOfOrder: of('outOfOrder'),
  };
}

function mergeOffenders(all: readonly Offenders[]): Offenders {
  const merged = OFFENCES.map((offence) => [
    offence,
    all.flatMap((offenders) => offenders[offence]).slice(0, MAX_OFFENDERS),
  ]);
  return Object.fromEntries(merged) as Offenders;
}

function partitionsRead(start: Positions, ends: Positions | null): PartitionRead[] {
  return [...start]
    .sort(([a], [b]) => a - b)
    .map(([partition, from]) => ({ partition, from, to: ends?.get(partition) ?? null }));
}
