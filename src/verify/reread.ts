import { readHistory } from './history/read-history.ts';
import { restsOnAbsence } from './judging/verdict.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { type Beginning, ReadingSession } from './session.ts';

/** Reads the messages that are already in the queue from a starting point, and judges. */
export async function readFrom(options: VerifyOptions, beginning: Beginning): Promise<VerifyResult> {
  const session = await ReadingSession.open(options, beginning);
  try {
    return await session.conclude();
  } finally {
    await session.close();
  }
}

/** Reads the whole log before it reports a loss: a recreated topic starts at offsets before the old ones. */
export async function confirmLoss(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  if (result.record.lost === 0 && result.unseen === 0) return result;
  const again = await readAll(options, result);
  if (again === null || result.unseen > 0) return again ?? result;
  const confirms = again.record.drained && isSame(again, result);
  // Keep the first result: a tap has the true arrival times.
  return confirms ? result : again;
}

/**
 * Reads the whole log before it reports a message as absent. A starting time is only a hint, because clocks differ and
 * producers may set timestamps. Earlier messages may include missing ones, phantoms and second copies, or damaged and
 * unexpected messages.
 */
export async function confirmAbsence(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  const { record, doubts } = result;
  const rests = restsOnAbsence(record, options.rules);
  if (!rests && !doubts.some(({ kind }) => kind === 'not-read-before')) return result;
  const again = await readAll(options, result);
  if (again === null) return result;
  // If the log is too long to read, a pass remains a pass, with a note on what is not proven.
  return !rests && !again.record.drained && again.record.verdict !== 'fail' ? result : again;
}

/** Reads the whole log. Null if that would show nothing more. */
async function readAll(options: VerifyOptions, { record }: VerifyResult): Promise<VerifyResult | null> {
  if (!record.drained || options.signal.aborted || !options.queue.capabilities.replay) return null;
  const history = await readHistory(options);
  const settled = record.settling;
  return readFrom(options, { from: { kind: 'beginning' }, history, live: false, settled });
}

/**
 * Whether both readings agree. Messages before the starting point show that the queue was recreated, or that the ID
 * was used before.
 */
function isSame({ record: a }: VerifyResult, { record: b }: VerifyResult): boolean {
  return a.verdict === b.verdict && a.received === b.received;
}
