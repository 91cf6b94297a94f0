import { QblError } from '../../error.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Drain } from '../../queue/reader.ts';
import { noteEnds, noteRecreated, noteTaken, noteTaking } from '../../runs/rows/seen-jsonl.ts';
import { makeRunFolder, type RunFolder } from '../../runs/run-folder.ts';
import type { VerifyOptions } from '../options.ts';

/** Writes facts about a reading into the folder of each run, for later verifications. */

/**
 * Records the ends of the queue for later verifications. Records nothing if the user gave a samples file, because the
 * run may then have no folder. A later verification can read the ends from the queue again.
 */
export async function recordEnds(
  {
    folders,
    queue,
    samplesFile,
    onUnnoted,
  }: Pick<VerifyOptions, 'folders' | 'queue' | 'samplesFile' | 'onUnnoted'>,
  { ends }: Drain,
  queueId: string | null,
): Promise<void> {
  if (samplesFile !== null || ends === null || ends.size === 0) return;
  const lastingName = (await queue.lastingName?.()) ?? null;
  const seen = { queue: queue.url, ends, queueId, lastingName };
  for (const folder of folders) await orReport(noteEnds(folder, seen), onUnnoted);
}

/**
 * Records that the queue was recreated. Later the new queue can look like the old one, for example when its log has the
 * same length.
 * @param known what an earlier verification recorded; null if it recorded nothing
 */
export async function recordRecreated(
  { folders, queue, samplesFile, onUnnoted }: VerifyOptions,
  doubts: readonly Doubt[],
  known: string | null,
): Promise<void> {
  const noticed = doubts.find(({ kind, prevents }) => kind === 'queue-recreated' && prevents === 'always');
  if (samplesFile !== null || known !== null || noticed === undefined) return;
  for (const folder of folders) await orReport(noteRecreated(folder, queue.url, noticed.text), onUnnoted);
}

/**
 * Records that messages are about to be removed. The record is written before the first message is removed,
 * because a killed process could not write it later.
 * @throws QblError 'environment' if the record cannot be written; no message is removed then
 */
export async function recordTaking({ folders, queue }: VerifyOptions): Promise<void> {
  for (const folder of folders) {
    await makeRunFolder(folder);
    await noteTaking(folder, queue.url);
  }
}

/**
 * Records how many messages were removed. Later verifications need this number.
 * @param messagesOf returns the number of removed messages of each run
 */
export async function recordTaken(
  { folders, queue, onUnnoted }: VerifyOptions,
  messagesOf: (folder: RunFolder) => number,
): Promise<void> {
  for (const folder of folders) await orReport(noteTaken(folder, queue.url, messagesOf(folder)), onUnnoted);
}

/**
 * Calls `onUnnoted` if a record could not be written, instead of throwing. The verdict does not depend on such records.
 */
async function orReport(note: Promise<void>, onUnnoted: VerifyOptions['onUnnoted']): Promise<void> {
  try {
    await note;
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    onUnnoted(error.message);
  }
}
