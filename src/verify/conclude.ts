import { isPlanned, type Plan } from '../plan/plan.ts';
import type { Drain, Positions } from '../queue/queue.ts';
import type { Counts, PartitionRead, VerifyRecord } from '../runs/verify-json.ts';
import type { Inspection } from './inspection.ts';
import type { VerifyResult } from './result.ts';
import type { SamplesRead } from './samples.ts';
import type { Conclusion } from './tally.ts';
import { type Evidence, judge, type Rules } from './verdict.ts';

/** Everything that was gathered, when there is nothing more to read. */
export interface Gathered {
  readonly run: string;
  readonly queue: string;
  readonly plan: Plan | null;
  readonly inspection: Inspection;
  readonly samples: SamplesRead;
  /** Rows that the sender says it wrote; null without an end. */
  readonly samplesWritten: number | null;
  readonly ended: boolean;
  readonly start: Positions;
  readonly drain: Drain;
  readonly rules: Rules;
}

/** From what was gathered to the verdict. */
export function conclude(gathered: Gathered): VerifyResult {
  const { run, queue, plan, inspection, drain, start } = gathered;
  const scope = {
    ended: gathered.ended,
    isPlanned: (identity: PlannedIdentity) => plan !== null && isPlanned(plan, identity),
  };
  const identity = plan?.identity ?? true;
  const conclusion = inspection.tally.conclude(scope);
  const { counts, offenders } = identity ? conclusion : countedOnly(conclusion, inspection.deliveries);
  const evidence: Evidence = {
    ended: gathered.ended,
    incomplete: drain.complete ? null : drain.reason,
    unclearSamples: unclear(gathered),
    identity,
  };
  const record: VerifyRecord = {
    schema: 'qbl.verify/1',
    ...judge(counts, evidence, gathered.rules),
    run,
    queue,
    ...counts,
    drained: drain.complete,
    read: partitionsRead(start, drain.ends),
    latencySource: inspection.latency.source,
    latencyMs: inspection.latency.summary(),
    offenders,
  };
  return { record, histogram: inspection.latency.histogram };
}

type PlannedIdentity = Parameters<typeof isPlanned>[1];

/** Without identity every message stands for any other: only their number can be held against the acks. */
function countedOnly({ counts, offenders }: Conclusion, arrived: number): Conclusion {
  const lost = Math.max(0, counts.acked - arrived);
  const none: Counts = {
    ...counts,
    received: arrived,
    foreign: 0,
    lost,
    recovered: 0,
    unresolved: counts.indeterminate,
  };
  return { counts: none, offenders: { ...offenders, lost: [] } };
}

function unclear({ samples, samplesWritten, inspection }: Gathered): string | null {
  const { rows, torn, unplaced } = samples;
  if (inspection.tally.repeatedRows > 0) {
    return `${inspection.tally.repeatedRows} rows of the samples name a message that another row names too`;
  }
  if (unplaced > 0)
    return `${unplaced} of ${rows} rows of the samples name no thread and request of the plan`;
  if (samplesWritten !== null && samplesWritten !== rows) {
    return `the samples have ${rows} rows, and the sender wrote ${samplesWritten}`;
  }
  return torn ? 'the last row of the samples is torn' : null;
}

function partitionsRead(start: Positions, ends: Positions | null): PartitionRead[] {
  return [...start]
    .sort(([a], [b]) => a - b)
    .map(([partition, from]) => ({ partition, from, to: ends?.get(partition) ?? null }));
}
