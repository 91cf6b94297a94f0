import { plural } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Drain, Reader, StartingPoint } from '../../queue/queue.ts';
import type { GatheredServices } from '../gathering/services.ts';
import type { QueueHistory } from '../history/read-history.ts';
import type { Inspection } from '../reading/inspection.ts';
import type { ConcludedRun } from './conclude.ts';
import { CLOCK_MARGIN_MS, doubtsOf, takenBefore } from './doubt.ts';

/** How a session read. */
interface Reading {
  readonly from: StartingPoint;
  readonly history: QueueHistory;
  readonly inspection: Inspection;
  /** Null: only receipts were read. */
  readonly reader: Reader | null;
}

/** What a session found in the end. */
export interface Ended {
  readonly runs: readonly ConcludedRun[];
  /** Null: the runs had none. */
  readonly services: GatheredServices | null;
  /** Messages of which a service has receipts, and that reading to the queue's end did not find. */
  readonly unseen: number;
  /** Why the copies that were read do not tell what the queue itself got; null: they do, or no copies were read. */
  readonly copies: Doubt | null;
  readonly drain: Drain;
  readonly queueId: string | null;
  /** Stopped before the time to settle had passed. */
  readonly interrupted: boolean;
}

/** Why a reading that reached the end may not tell everything. */
export async function sessionDoubts(reading: Reading, ended: Ended): Promise<Doubt[]> {
  const { drain, queueId, runs, services, interrupted, unseen, copies } = ended;
  if (!drain.complete) return [];
  const { history, inspection, reader, from } = reading;
  if (reader === null)
    return [receiptsAlone(services), takenBefore(history)].filter((doubt) => doubt !== null);
  const now = { ends: drain.ends, queueId };
  const doubts = [
    interrupted ? INTERRUPTED : null,
    ...(await doubtsOf({ history, inspection, reader }, now, runs)),
    notReadBefore(from, inspection, runs),
    contradiction(unseen),
    copies,
  ];
  return doubts.filter((doubt) => doubt !== null);
}

const INTERRUPTED: Doubt = {
  kind: 'interrupted',
  text: 'interrupted before the time to settle had passed: more messages may have come',
  prevents: 'always',
};

function receiptsAlone(services: GatheredServices | null): Doubt | null {
  if (services === null) return { kind: 'no-receipts', text: 'there are no receipts', prevents: 'always' };
  const { unfinished } = services;
  return unfinished === null ? null : { kind: 'service-unfinished', text: unfinished, prevents: 'always' };
}

/**
 * A time is a hint only, and a stamp of the sender's may be any. Stamps of the broker's clock tell that nothing of the
 * runs stands before a time that is earlier than their first samples by the margin, as long as they show that the clock
 * of the sender is not ahead by more than that.
 */
function notReadBefore(
  from: StartingPoint,
  { latency }: Inspection,
  runs: readonly ConcludedRun[],
): Doubt | null {
  if (from.kind !== 'time') return null;
  const isByBroker = latency.source === 'LogAppendTime' && latency.summary().mostNegative > -CLOCK_MARGIN_MS;
  const isEarly = runs.every(({ samples }) => from.epochMs <= samples.firstStartMs - CLOCK_MARGIN_MS);
  if (isByBroker && isEarly) return null;
  const text = `the log before ${new Date(from.epochMs).toISOString()} was not read`;
  return { kind: 'not-read-before', text, prevents: 'absence' };
}

function contradiction(unseen: number): Doubt | null {
  if (unseen === 0) return null;
  const text = `the service has receipts of ${plural(unseen, 'message')} that reading to the end of the queue did not find`;
  return { kind: 'contradiction', text, prevents: 'always' };
}
