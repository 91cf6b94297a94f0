import { QblError } from '../../error.ts';
import type { Drain } from '../../queue/queue.ts';
import { noteEnds, noteTaken, noteTaking } from '../../runs/rows/seen-jsonl.ts';
import { makeRunFolder, type RunFolder } from '../../runs/run-folder.ts';
import type { VerifyOptions } from '../options.ts';

/** What a reading leaves behind for later ones, in the folder of each run. */

/** Samples of one's own need no folder, and get none for what can be seen again. */
export async function recordEnds(
  { folders, queue, samplesFile, onUnnoted }: VerifyOptions,
  { ends }: Drain,
  queueId: string | null,
): Promise<void> {
  if (samplesFile !== null || ends === null || ends.size === 0) return;
  for (const folder of folders) await orTell(noteEnds(folder, queue.url, ends, queueId), onUnnoted);
}

/**
 * Before the first message is taken: whoever is killed later could not say it any more.
 * @throws QblError 'environment' when it cannot be noted, so that nothing is taken
 */
export async function recordTaking({ folders, queue }: VerifyOptions): Promise<void> {
  for (const folder of folders) {
    await makeRunFolder(folder);
    await noteTaking(folder, queue.url);
  }
}

/**
 * Without it nobody knows how many were taken.
 * @param messagesOf what was taken of each run
 */
export async function recordTaken(
  { folders, queue, onUnnoted }: VerifyOptions,
  messagesOf: (folder: RunFolder) => number,
): Promise<void> {
  for (const folder of folders) await orTell(noteTaken(folder, queue.url, messagesOf(folder)), onUnnoted);
}

/** What was read is judged all the same. */
async function orTell(note: Promise<void>, onUnnoted: VerifyOptions['onUnnoted']): Promise<void> {
  try {
    await note;
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    onUnnoted(error.message);
  }
}
