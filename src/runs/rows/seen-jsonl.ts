import { QblError } from '../../error.ts';
import { appendPrivate } from '../../private-file.ts';
import { highest } from '../../queue/positions.ts';
import type { Positions } from '../../queue/reader.ts';
import { z } from '../../schema/zod.ts';
import { count, partitionKey } from '../json/figure-schemas.ts';
import { parseRecord, textIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { endTornLine } from './torn-line.ts';

const of = { queue: z.string(), at: z.string() };

const seenLine = z.discriminatedUnion('kind', [
  /** Written when a verification found the end of each partition. */
  z.object({
    kind: z.literal('end'),
    ...of,
    ends: z.record(partitionKey(), count()),
    queueId: z.string().nullable(),
    /** A name of the queue that is the same for all its URLs. Null if the queue has no such name. */
    lastingName: z.string().nullable().default(null),
  }),
  /** Written before a verification removes messages from the queue permanently. */
  z.object({ kind: z.literal('taking'), ...of }),
  /** Written after a verification removed messages permanently: the number of removed messages of the run. */
  z.object({ kind: z.literal('taken'), ...of, messages: count() }),
  /** Written when a verification noticed that the queue was recreated. */
  z.object({ kind: z.literal('recreated'), ...of, text: z.string() }),
  /** Written when `qbl run` has stopped its own broker and deleted the broker's data. */
  z.object({ kind: z.literal('gone'), ...of }),
]);

type SeenLine = z.infer<typeof seenLine>;

/** What earlier verifications of a run found in a queue, and what they removed from it. */
export interface Seen {
  /** The highest end offset that was found in each partition. */
  readonly ends: Positions;
  /** All IDs that the queue has reported. A recreated queue with the same name has another ID. */
  readonly queueIds: readonly string[];
  /**
   * Number of messages that verifications removed, from all queues together, because one queue can have several URLs.
   * Null if a verification that removes messages did not end.
   */
  readonly taken: number | null;
  /** How a verification noticed that the queue was recreated. Null if no verification noticed it. */
  readonly recreated: string | null;
  /** Whether the queue was on a broker that `qbl run` stopped at the end of the run. */
  readonly gone: boolean;
}

/** The ends of a queue that one verification found. */
export interface SeenEnds {
  readonly queue: string;
  readonly ends: Positions;
  /** An ID that changes if the queue is recreated. Null if the queue reported no ID. */
  readonly queueId: string | null;
  /** A name of the queue that is the same for all its URLs. Null if the queue has no such name. */
  readonly lastingName: string | null;
}

export function noteEnds(folder: RunFolder, { ends, ...of }: SeenEnds) {
  const at = new Date().toISOString();
  return append(folder, { kind: 'end', ...of, at, ends: Object.fromEntries(ends) });
}

/** Records that messages are about to be removed from the queue, so that later verifications do not expect them. */
export function noteTaking(folder: RunFolder, queue: string) {
  return append(folder, { kind: 'taking', queue, at: new Date().toISOString() });
}

export function noteTaken(folder: RunFolder, queue: string, messages: number) {
  return append(folder, { kind: 'taken', queue, at: new Date().toISOString(), messages });
}

export function noteRecreated(folder: RunFolder, queue: string, text: string) {
  return append(folder, { kind: 'recreated', queue, at: new Date().toISOString(), text });
}

export function noteGone(folder: RunFolder, queue: string) {
  return append(folder, { kind: 'gone', queue, at: new Date().toISOString() });
}

/** Adds a line to the file. Lines are never replaced, so a later verification cannot hide what an earlier one found. */
async function append(folder: RunFolder, line: SeenLine): Promise<void> {
  const { seen } = runFiles(folder);
  try {
    await appendLine(seen, JSON.stringify(line));
  } catch (cause) {
    throw new QblError('environment', `cannot write ${seen}: ${(cause as Error).message}`, { cause });
  }
}

async function appendLine(path: string, line: string): Promise<void> {
  const file = await appendPrivate(path);
  try {
    await endTornLine(file);
    await file.appendFile(`${line}\n`);
  } finally {
    await file.close();
  }
}

/**
 * Reads what earlier verifications of the run found in the queue.
 * @throws QblError 'usage' if the file is damaged
 */
export async function readSeen(folder: RunFolder, queue: string): Promise<Seen> {
  const lines = readLines(folder);
  const ends = lines.filter((line) => line.kind === 'end').filter((line) => line.queue === queue);
  const begun = lines.filter(({ kind }) => kind === 'taking');
  const taken = lines.filter((line) => line.kind === 'taken');
  return {
    ends: highest(ends.map((line) => positionsOf(line.ends))),
    queueIds: ends.flatMap(({ queueId }) => queueId ?? []),
    taken: begun.length > taken.length ? null : taken.reduce((sum, { messages }) => sum + messages, 0),
    recreated:
      lines.filter((line) => line.kind === 'recreated').find((line) => line.queue === queue)?.text ?? null,
    gone: lines.some(({ kind, queue: name }) => kind === 'gone' && name === queue),
  };
}

/**
 * Reads the ends of all queues that earlier verifications of the run found.
 * @throws QblError 'usage' if the file is damaged
 */
export function readAllEnds(folder: RunFolder): SeenEnds[] {
  return readLines(folder)
    .filter((line) => line.kind === 'end')
    .map(({ queue, ends, queueId, lastingName }) => ({
      queue,
      ends: positionsOf(ends),
      queueId,
      lastingName,
    }));
}

function readLines(folder: RunFolder): SeenLine[] {
  const { seen } = runFiles(folder);
  return (textIfThere(seen) ?? '')
    .split('\n')
    .flatMap((line, index) => (isWhole(line) ? [parseRecord(`${seen}:${index + 1}`, line, seenLine)] : []));
}

/**
 * Whether a line is complete. An incomplete line is not valid JSON, and is ignored. In that case no message
 * was removed yet, because a line is written before messages are removed.
 */
function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function positionsOf(ends: Readonly<Record<string, number>>): Positions {
  return new Map(Object.entries(ends).map(([partition, end]) => [Number(partition), end]));
}
