import { QblError } from '../error.ts';
import type { Positions, StartingPoint } from '../queue/queue.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { readRun } from '../runs/run-json.ts';
import { readTap } from '../runs/tap-json.ts';
import { readKnownEnds } from '../runs/verify-json.ts';
import type { VerifyOptions } from './options.ts';
import { confirmLoss, readFrom } from './reread.ts';
import type { VerifyResult } from './result.ts';
import { CLOCK_MARGIN_MS } from './session.ts';

/**
 * Verifies runs afterwards, from a queue that can be read again.
 * @throws QblError when there is no such run, or its files or queue cannot be read
 */
export async function verifyByReplay(options: VerifyOptions): Promise<VerifyResult> {
  const { folders, samplesFile } = options;
  if (samplesFile === null) for (const folder of folders) mustExist(folder);
  mustBeToldApart(folders);
  const earlier = { starts: await recordedPositions(options), ends: await seenEnds(options) };
  const from = options.from ?? startingPoint(options, earlier.starts);
  const result = await readFrom(options, { from, earlier, live: false });
  // Messages that can only be counted must not be counted with older ones.
  const isCounted = folders.some(isNameless);
  if (from.kind === 'beginning' || (isCounted && earlier.starts !== null)) return result;
  return confirmLoss(options, earlier, result);
}

function isNameless(folder: RunFolder): boolean {
  return readRun(folder)?.plan.identity === false;
}

/** Messages without identity belong to no run in particular. */
function mustBeToldApart(folders: readonly RunFolder[]): void {
  const nameless = folders.find(isNameless);
  if (folders.length === 1 || nameless === undefined) return;
  throw new QblError('usage', `the messages of ${nameless.id} carry no identity: verify that run by itself`);
}

function mustExist(folder: RunFolder): void {
  if (readRun(folder) !== null) return;
  throw new QblError('usage', `there is no run ${folder.id} in ${folder.path}`, {
    hint: 'Name one of those in runs/, or give --jtl FILE --run ID.',
  });
}

/** Where taps have seen the queue end before the first send of every run; null: not known for all. */
async function recordedPositions({ folders, queue }: VerifyOptions): Promise<Positions | null> {
  const taps = await Promise.all(folders.map(readTap));
  const starts = taps.map((tap) => (tap?.queue === queue.url ? tap.start : null));
  return starts.every((start) => start !== null) ? lowest(starts) : null;
}

/** Where earlier verifications of the runs have seen the queue end. */
async function seenEnds({ folders, queue }: VerifyOptions): Promise<Positions> {
  const all = await Promise.all(folders.map((folder) => readKnownEnds(folder, queue.url)));
  const ends = new Map<number, number>();
  for (const [partition, end] of all.flatMap((known) => [...(known ?? [])])) {
    ends.set(partition, Math.max(end, ends.get(partition) ?? 0));
  }
  return ends;
}

/** The least that covers every run: the recorded positions of all, else the earliest start. */
function startingPoint({ folders }: VerifyOptions, recorded: Positions | null): StartingPoint {
  if (recorded !== null) return { kind: 'positions', positions: recorded };
  const times = folders.map((folder) => readRun(folder)?.startedAtMs ?? null);
  if (times.some((time) => time === null)) return { kind: 'beginning' };
  return { kind: 'time', epochMs: Math.min(...times.filter((time) => time !== null)) - CLOCK_MARGIN_MS };
}

function lowest(starts: readonly Readonly<Record<string, number>>[]): Map<number, number> {
  const positions = new Map<number, number>();
  for (const start of starts) {
    for (const [partition, offset] of Object.entries(start)) {
      const known = positions.get(Number(partition)) ?? Number.POSITIVE_INFINITY;
      positions.set(Number(partition), Math.min(known, offset));
    }
  }
  return positions;
}
