import { z } from 'zod';
import { QblError } from '../../error.ts';
import { appendPrivate } from '../../private-file.ts';
import { highest } from '../../queue/positions.ts';
import type { Positions } from '../../queue/queue.ts';
import { count, partitionKey } from '../documents/figure-schemas.ts';
import { parseRecord, textIfThere } from '../documents/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { endTornLine } from './torn-line.ts';

const of = { queue: z.string(), at: z.string() };

const seenLine = z.discriminatedUnion('kind', [
  /** A reading saw the queue end there. */
  z.object({
    kind: z.literal('end'),
    ...of,
    ends: z.record(partitionKey(), count()),
    queueId: z.string().nullable(),
  }),
  /** A reading begins that takes messages out for good. */
  z.object({ kind: z.literal('taking'), ...of }),
  /** Such a reading has ended, and has taken so many messages of the run. */
  z.object({ kind: z.literal('taken'), ...of, messages: count() }),
  /** `run` has ended the broker that it had started, and removed what it held. */
  z.object({ kind: z.literal('gone'), ...of }),
]);

type SeenLine = z.infer<typeof seenLine>;

/** What verifications of a run have seen of a queue, and taken of the run. */
export interface Seen {
  /** The highest ends. */
  readonly ends: Positions;
  /** What the queue said to tell it from others of its name, each time. */
  readonly queueIds: readonly string[];
  /** Messages that were taken out of a queue, however its URL was spelled; null: such a reading did not end. */
  readonly taken: number | null;
  /** It was the queue of a broker that ended with its run. */
  readonly gone: boolean;
}

/** Notes that a reading saw the queue end there. */
export function noteEnds(folder: RunFolder, queue: string, ends: Positions, queueId: string | null) {
  return append(folder, {
    kind: 'end',
    queue,
    at: new Date().toISOString(),
    ends: Object.fromEntries(ends),
    queueId,
  });
}

/** Notes that messages are about to be taken out of the queue, for whoever finds it without them. */
export function noteTaking(folder: RunFolder, queue: string) {
  return append(folder, { kind: 'taking', queue, at: new Date().toISOString() });
}

export function noteTaken(folder: RunFolder, queue: string, messages: number) {
  return append(folder, { kind: 'taken', queue, at: new Date().toISOString(), messages });
}

export function noteGone(folder: RunFolder, queue: string) {
  return append(folder, { kind: 'gone', queue, at: new Date().toISOString() });
}

/** Nothing is ever written over: a reading that saw less takes nothing from what another one saw. */
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
 * What earlier verifications of the run have seen of the queue.
 * @throws QblError 'usage' when the file is damaged
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
    gone: lines.some(({ kind, queue: name }) => kind === 'gone' && name === queue),
  };
}

function readLines(folder: RunFolder): SeenLine[] {
  const { seen } = runFiles(folder);
  return (textIfThere(seen) ?? '')
    .split('\n')
    .flatMap((line, index) => (isWhole(line) ? [parseRecord(`${seen}:${index + 1}`, line, seenLine)] : []));
}

/** What was torn is no JSON, wherever it was torn, and counts as not written: nothing was taken before its line was. */
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
