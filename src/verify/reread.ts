import { agree, confirms, isSameTopic } from './agreement.ts';
import { readHistory } from './history/read-history.ts';
import { restsOnAbsence } from './judging/verdict.ts';
import type { VerifyOptions } from './options.ts';
import { undermines, undermining, withProven } from './proven-offences.ts';
import type { VerifyResult } from './result.ts';
import { type Beginning, ReadingSession } from './session.ts';

/** Reads the present messages of a queue from a starting point, and reaches a verdict. */
export async function readFrom(options: VerifyOptions, beginning: Beginning): Promise<VerifyResult> {
  const session = await ReadingSession.open(options, beginning);
  try {
    return await session.conclude();
  } finally {
    await session.close();
  }
}

/**
 * If messages are lost, reads the whole log before it reports the loss. A recreated topic begins again at low
 * offsets, and retention may have removed messages since the first reading. A loss that a live reader has proven
 * stays proven on two conditions: the topic is still the same one, and both readings found the same messages in the
 * part that both read.
 */
export async function confirmLoss(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  if (result.isOfOtherStart) return (await readAll(options, result, null)) ?? result;
  if (result.record.lost === 0 && result.unseen === 0) return result;
  const again = await readAll(options, result);
  if (again === null) return result;
  const isProven = result.unseen === 0 && !undermines(again, result) && agree(result, again);
  // If the second reading confirms the first one, keep the first one, because a tap has the true arrival times.
  if (isProven && confirms(again, result)) return result;
  if (isProven && result.record.verdict === 'fail' && isSameTopic(result, again))
    return withProven(result, again);
  return replaced(result, again);
}

/**
 * Reads the whole log if the result depends on messages that were not found. A starting time is not exact,
 * because clocks differ and producers can set timestamps. So messages before the starting time may belong to
 * the run: missing messages, second copies, or messages that no sample explains.
 */
export async function confirmAbsence(options: VerifyOptions, result: VerifyResult): Promise<VerifyResult> {
  const { record, doubts } = result;
  const rests = restsOnAbsence(record, options.rules);
  if (!rests && !doubts.some(({ kind }) => kind === 'not-read-before')) return result;
  const again = await readAll(options, result);
  if (again === null) return result;
  // If the log is too long to read completely, a pass remains a pass. A note says what is not proven.
  return !rests && !again.record.drained && again.record.verdict !== 'fail'
    ? result
    : replaced(result, again);
}

/** Returns the second result, with the problems that messages prove only in the first reading. */
function replaced(first: VerifyResult, second: VerifyResult): VerifyResult {
  return undermines(second, first) ? undermining(second, first) : withProven(second, first);
}

/**
 * Reads the whole log. Returns null if another reading could not show more.
 * @param settled how the first reading waited at the end of the queue; null if this reading must wait itself
 */
async function readAll(
  options: VerifyOptions,
  { record }: VerifyResult,
  settled = record.settling,
): Promise<VerifyResult | null> {
  if (!record.drained || options.signal.aborted || !options.queue.capabilities.replay) return null;
  const history = await readHistory(options);
  return readFrom(options, { from: { kind: 'beginning' }, history, live: false, settled });
}
