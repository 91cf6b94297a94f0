import { readHistory } from './history/read-history.ts';
import { restsOnAbsence } from './judging/verdict.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { type Beginning, ReadingSession } from './session.ts';

/** Reads what is there already, from where it is told to, and judges. */
export async function readFrom(options: VerifyOptions, beginning: Beginning): Promise<VerifyResult> {
  const session = await ReadingSession.open(options, beginning);
  try {
    return await session.conclude();
  } finally {
    await session.close();
  }
}

/** Nothing is called lost before all of the log was read: a recreated topic begins before the offsets of the old one. */
export async function confirmLoss(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  if (result.record.lost === 0 && result.unseen === 0) return result;
  const again = await readAll(options, result);
  if (again === null || result.unseen > 0) return again ?? result;
  const confirms = again.record.drained && isSame(again, result);
  // The arrivals of a tap are the true ones.
  return confirms ? result : again;
}

/**
 * Nothing is called absent that may stand before a time, which is a hint only, because clocks differ and stamps may be
 * those of producers: no loss, no phantom, no second copy where it matters, and no damaged or unexpected one.
 */
export async function confirmAbsence(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  const { record, doubts } = result;
  const rests = restsOnAbsence(record, options.rules);
  if (!rests && !doubts.some(({ kind }) => kind === 'not-read-before')) return result;
  const again = await readAll(options, result);
  if (again === null) return result;
  // A log that is too long to be read leaves a pass what it is, with what was not proven under it.
  return !rests && !again.record.drained && again.record.verdict !== 'fail' ? result : again;
}

/** Null: reading it again would tell nothing more. */
async function readAll(options: VerifyOptions, { record }: VerifyResult): Promise<VerifyResult | null> {
  if (!record.drained || options.signal.aborted || !options.queue.capabilities.replay) return null;
  const history = await readHistory(options);
  const settled = record.settling;
  return readFrom(options, { from: { kind: 'beginning' }, history, live: false, settled });
}

/** A message that stands before the place where reading began shows that the queue or the id is another one. */
function isSame({ record: a }: VerifyResult, { record: b }: VerifyResult): boolean {
  return a.verdict === b.verdict && a.received === b.received;
}
