import { plural } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Drain, Reader, StartingPoint } from '../../queue/reader.ts';
import type { GatheredServices } from '../gathering/services.ts';
import type { QueueHistory } from '../history/read-history.ts';
import type { Inspection } from '../reading/inspection.ts';
import type { ConcludedRun } from './conclude.ts';
import { CLOCK_MARGIN_MS, doubtsOf, takenBefore } from './doubt.ts';

/** How the queue was read for this verification, and by which reader. */
interface Reading {
  readonly from: StartingPoint;
  readonly history: QueueHistory;
  readonly inspection: Inspection;
  /** The reader of the queue. Null if only receipts were read. */
  readonly reader: Reader | null;
}

/** What is known at the end of a reading. */
export interface Ended {
  readonly runs: readonly ConcludedRun[];
  /** The services of the runs. Null if the runs had no service. */
  readonly services: GatheredServices | null;
  /**
   * Number of messages for which a service has receipts, but which the reading did not find. The queue was read to
   * its end.
   */
  readonly unseen: number;
  /**
   * Why the copies do not show what the queue itself stored. Null if the copies show what the queue stored, or if no
   * copies were read.
   */
  readonly copies: Doubt | null;
  readonly drain: Drain;
  readonly queueId: string | null;
  /** Whether the user interrupted the reading before --settle had passed. */
  readonly interrupted: boolean;
}

/** Returns reasons why messages may be missing from the reading although it reached the end of the queue. */
export async function sessionDoubts(reading: Reading, ended: Ended): Promise<Doubt[]> {
  const { drain, queueId, runs, services, interrupted, unseen, copies } = ended;
  if (!drain.complete) return [];
  const { history, inspection, reader, from } = reading;
  if (reader === null) {
    const doubts = [receiptsAlone(services), takenBefore(history), ...contentsNotCompared(runs)];
    return doubts.filter((doubt) => doubt !== null);
  }
  const now = { ends: drain.ends, queueId };
  const doubts = [
    interrupted ? INTERRUPTED : null,
    ...(await doubtsOf({ from, history, inspection, reader }, now, runs)),
    notReadBefore(from, inspection, runs),
    contradiction(unseen),
    receiptsLeftOut(services),
    ...contentsNotCompared(runs),
    copies,
  ];
  return doubts.filter((doubt) => doubt !== null);
}

const INTERRUPTED: Doubt = {
  kind: 'interrupted',
  text: 'verification was interrupted before --settle had passed: more messages may have arrived',
  prevents: 'always',
};

/** Reports that receipts were left out. They could prove that a message arrived, or was processed twice. */
function receiptsLeftOut(services: GatheredServices | null): Doubt | null {
  const text = services?.leftOut ?? null;
  const notProven = 'that no message was processed twice';
  return text === null ? null : { kind: 'service-unfinished', text, prevents: 'absence', notProven };
}

function receiptsAlone(services: GatheredServices | null): Doubt | null {
  if (services === null) return { kind: 'no-receipts', text: 'no receipts were found', prevents: 'always' };
  const { unfinished } = services;
  return unfinished === null ? null : { kind: 'service-unfinished', text: unfinished, prevents: 'always' };
}

/**
 * Reports that messages before the starting time may be missing from the reading, because timestamps are not exact.
 * Null if the broker set the timestamps, the reading began at least CLOCK_MARGIN_MS before the first samples, and the
 * sender's clock is ahead by less than CLOCK_MARGIN_MS.
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

/**
 * Reports that contents were not compared. A token proves the identity of a message, but nothing about the
 * rest of the message.
 */
function contentsNotCompared(runs: readonly ConcludedRun[]): Doubt[] {
  const doubts = (count: number, why: string): Doubt[] => {
    const text = `that the contents of ${plural(count, 'message')} came out unchanged: ${why}`;
    return count === 0 ? [] : [{ kind: 'contents-not-compared', text, prevents: 'never' }];
  };
  return [
    ...doubts(
      runs.reduce((sum, { tally }) => sum + tally.contents.notCompared, 0),
      'the identity is a token, and the plan does not compare the rest of the messages',
    ),
    ...doubts(
      runs.reduce((sum, { contentsUnseen }) => sum + contentsUnseen, 0),
      'only a service received the messages, and its receipts do not show the content',
    ),
  ];
}

function contradiction(unseen: number): Doubt | null {
  if (unseen === 0) return null;
  const text = `the service has receipts of ${plural(unseen, 'message')} that were not found in the queue, although it was read to its end`;
  return { kind: 'contradiction', text, prevents: 'always' };
}
