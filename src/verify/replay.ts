import { QblError } from '../error.ts';
import type { StartingPoint } from '../queue/queue.ts';
import { type RunRecord, readRun } from '../runs/run-json.ts';
import { readTap } from '../runs/tap-json.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { Session } from './session.ts';

/** How far the clocks of sender and broker may differ where the start is known by time alone. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Verifies a run afterwards, from a queue that can be read again.
 * @throws QblError when there is no such run, or its files or queue cannot be read
 */
export async function verifyByReplay(options: VerifyOptions): Promise<VerifyResult> {
  const { folder, samplesFile } = options;
  const record = readRun(folder);
  if (record === null && samplesFile === null) {
    throw new QblError('usage', `there is no run ${folder.id} in ${folder.path}`, {
      hint: 'Name one of those in runs/, or give --jtl FILE --run ID.',
    });
  }
  const from = await startingPoint(options, record);
  const result = await readFrom(options, from);
  // A time is a hint only: clocks differ, so nothing is called lost before all of the log was read.
  if (result.record.lost === 0 || from.kind !== 'time' || !result.record.drained) return result;
  return readFrom(options, { kind: 'beginning' });
}

async function startingPoint(
  { folder, queue }: VerifyOptions,
  record: RunRecord | null,
): Promise<StartingPoint> {
  const tap = await readTap(folder);
  if (tap !== null && tap.queue === queue.url) {
    const positions = new Map(
      Object.entries(tap.start).map(([partition, offset]) => [Number(partition), offset]),
    );
    return { kind: 'positions', positions };
  }
  if (record === null) return { kind: 'beginning' };
  return { kind: 'time', epochMs: record.startedAtMs - CLOCK_MARGIN_MS };
}

async function readFrom(options: VerifyOptions, from: StartingPoint): Promise<VerifyResult> {
  const session = await Session.open(options, from, false);
  try {
    return await session.conclude();
  } finally {
    await session.close();
  }
}
