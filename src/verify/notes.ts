import type { Drain } from '../queue/queue.ts';
import { makeRunFolder, type RunFolder } from '../runs/run-folder.ts';
import { noteEnds, noteTaken, noteTaking } from '../runs/seen-jsonl.ts';
import type { VerifyOptions } from './options.ts';

/** What a reading leaves behind for later ones, in the folder of each run. */

/** Samples of one's own need no folder, and get none for what can be seen again. */
export async function leaveEnds(
  { folders, queue, samplesFile }: VerifyOptions,
  { ends }: Drain,
  queueId: string | null,
): Promise<void> {
  if (samplesFile !== null || ends === null) return;
  for (const folder of folders) await noteEnds(folder, queue.url, ends, queueId);
}

/** Before the first message is taken: whoever is killed later could not say it any more. */
export async function leaveTaking({ folders, queue }: VerifyOptions): Promise<void> {
  for (const folder of folders) {
    await makeRunFolder(folder);
    await noteTaking(folder, queue.url);
  }
}

/** @param messagesOf what was taken of each run */
export async function leaveTaken(
  { folders, queue }: VerifyOptions,
  messagesOf: (folder: RunFolder) => number,
): Promise<void> {
  for (const folder of folders) await noteTaken(folder, queue.url, messagesOf(folder));
}
