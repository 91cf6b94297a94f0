import { QblError } from '../../error.ts';
import type { Drain } from '../../queue/queue.ts';
import { noteEnds, noteTaken, noteTaking } from '../../runs/rows/seen-jsonl.ts';
import { makeRunFolder, type RunFolder } from '../../runs/run-folder.ts';
import type { VerifyOptions } from '../options.ts';

/** Records of a reading for later verifications, in the folder of each run. */

/**
 * Records the ends of the queue. A user's own samples file needs no run folder, and gets none for facts that can be
 * read again.
 */
export async function recordEnds(
  { folders, queue, samplesFile, onUnnoted }: VerifyOptions,
  { ends }: Drain,
  queueId: string | null,
): Promise<void> {
  if (samplesFile !== null || ends === null || ends.size === 0) return;
  for (const folder of folders) await orReport(noteEnds(folder, queue.url, ends, queueId), onUnnoted);
}

/**
 * Records that messages are about to be removed. This happens before the first one, because a killed process could not
 * record it later.
 * @throws QblError 'environment' when it cannot be recorded, so that no message is removed
 */
export async function recordTaking({ folders, queue }: VerifyOptions): Promise<void> {
  for (const folder of folders) {
    await makeRunFolder(folder);
    await noteTaking(folder, queue.url);
  }
}

/**
 * Records how many messages were removed. Otherwise the number would not be known.
 * @param messagesOf returns the number of removed messages of each run
 */
export async function recordTaken(
  { folders, queue, onUnnoted }: VerifyOptions,
  messagesOf: (folder: RunFolder) => number,
): Promise<void> {
  for (const folder of folders) await orReport(noteTaken(folder, queue.url, messagesOf(folder)), onUnnoted);
}

/** Reports a record that could not be written. The verdict does not depend on it. */
async function orReport(note: Promise<void>, onUnnoted: VerifyOptions['onUnnoted']): Promise<void> {
  try {
    await note;
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    onUnnoted(error.message);
  }
}
