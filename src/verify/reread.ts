import type { Earlier } from './doubt.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { type Beginning, Session } from './session.ts';

/** Reads what is there already, from where it is told to, and judges. */
export async function readFrom(options: VerifyOptions, beginning: Beginning): Promise<VerifyResult> {
  const session = await Session.open(options, beginning);
  try {
    return await session.conclude();
  } finally {
    await session.close();
  }
}

/**
 * Nothing is called lost before all of the log was read: a time is a hint only, because clocks differ, and a topic
 * made anew begins before the offsets of the old one.
 * @returns the result itself when all is found, or when reading again confirms it
 */
export async function confirmLoss(
  options: VerifyOptions,
  earlier: Earlier,
  result: VerifyResult,
): Promise<VerifyResult> {
  if (result.record.lost === 0 || !result.record.drained || !options.queue.capabilities.replay) return result;
  const again = await readFrom(options, { from: { kind: 'beginning' }, earlier, live: false });
  return again.record.drained && again.record.lost === result.record.lost ? result : again;
}
