import type { RunCounts } from '../runs/counts.ts';
import { readEarlier } from './earlier.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { type Beginning, Session } from './session.ts';
import { restsOnAbsence } from './verdict.ts';

/** Reads what is there already, from where it is told to, and judges. */
export async function readFrom(options: VerifyOptions, beginning: Beginning): Promise<VerifyResult> {
  const session = await Session.open(options, beginning);
  try {
    return await session.conclude();
  } finally {
    await session.close();
  }
}

/** Nothing is called lost before all of the log was read: a topic made anew begins before the offsets of the old one. */
export async function confirmLoss(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  return result.record.lost === 0 && result.unseen === 0 ? result : readAll(options, result);
}

/**
 * Nothing is called absent that may stand before a time, which is a hint only, because clocks differ: no loss, and
 * no phantom, no message that became of an indeterminate send, no second copy where it matters.
 */
export async function confirmAbsence(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  const rests = restsOnAbsence(result.record, options.rules) || result.unseen > 0;
  return rests ? readAll(options, result) : result;
}

/** @returns the result itself when reading all of the log confirms it, because its arrivals may be the true ones */
async function readAll(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  if (!result.reachedEnd || !options.queue.capabilities.replay) return result;
  const earlier = await readEarlier(options);
  const again = await readFrom(options, { from: { kind: 'beginning' }, earlier, live: false });
  if (result.unseen > 0) return again;
  const confirms = again.record.drained && result.record.drained && isSame(again.record, result.record);
  return confirms ? result : again;
}

function isSame(a: RunCounts, b: RunCounts): boolean {
  return COMPARED.every((name) => a[name] === b[name]);
}

/** What a message that was not read before would change. */
const COMPARED = [
  'received',
  'lost',
  'duplicated',
  'phantom',
  'unexpected',
  'corrupt',
  'outOfOrder',
] as const;
