import { QblError } from '../error.ts';
import { pause } from '../pause.ts';
import { carriesIdentity } from '../plan/placements.ts';
import { readRun } from '../runs/documents/run-json.ts';
import { readService } from '../runs/documents/service-json.ts';
import { writeTap } from '../runs/documents/tap-json.ts';
import { makeRunFolder, type RunFolder, removeRunFolder } from '../runs/run-folder.ts';
import { typedName } from '../runs/typed-name.ts';
import { checkCapabilities } from './check-capabilities.ts';
import { NO_HISTORY } from './history/read-history.ts';
import type { HopsToRead } from './hop-watch.ts';
import { checkHopNames, checkHops } from './hops/check-hops.ts';
import { HopReaders } from './hops/hop-readers.ts';
import { AckedRows } from './observing/acked-rows.ts';
import { Observer } from './observing/observer.ts';
import type { ObservedTarget, VerifyOptions } from './options.ts';
import { confirmLoss } from './reread.ts';
import type { VerifyResult } from './result.ts';
import { ReadingSession } from './session.ts';

/** How often to check whether the sender or the service has ended. */
const LOOK_AGAIN_MS = 50;

export interface FollowOptions extends Omit<VerifyOptions, 'folders' | 'from'> {
  readonly folder: RunFolder;
  /**
   * When this signal is aborted, verification no longer waits for a sender or a service. Verification then judges the
   * messages sent so far.
   */
  readonly stop: AbortSignal;
  /** How the user's own service is observed. Null if it is not observed. */
  readonly observed: ObservedTarget | null;
  /** The hops of the run, queues to which the user's service writes. Absent if the run has no hops. */
  readonly hopsToRead?: HopsToRead;
  /** Called when the reader is open. From then on, it receives every message that is sent. */
  readonly onOpen: () => void;
}

/**
 * Verifies a run with a live reader, which opens before the first send and so records true arrival times.
 * @throws QblError 'usage' if the run already exists
 */
export async function verifyByTap(options: FollowOptions): Promise<VerifyResult> {
  const { folder, queue, observed, hopsToRead } = options;
  mustNotHaveBegun(folder);
  checkCapabilities({ ...options, from: null });
  if (hopsToRead !== undefined) checkHops(hopsToRead, queue.url, true);
  // The queue may not exist yet, because nothing was sent. So create what the reader needs.
  await queue.prepare();
  if (hopsToRead !== undefined) await checkHopNames(hopsToRead, queue, true);
  const observer = observed === null ? null : await Observer.open(queue, observed);
  try {
    return await followHops(options, observer);
  } finally {
    await observer?.close();
  }
}

/** Opens the hops before the queue, because the service may write as soon as the first message is sent. */
async function followHops(options: FollowOptions, observer: Observer | null): Promise<VerifyResult> {
  const { hopsToRead, folder, queue } = options;
  if (hopsToRead === undefined) return followWith(options, observer, null);
  const hops = await HopReaders.open(hopsToRead, {
    ...options,
    folders: [folder],
    queueUrl: queue.url,
    live: true,
  });
  try {
    return await followWith(options, observer, hops);
  } finally {
    await hops.close();
  }
}

async function followWith(
  options: FollowOptions,
  observer: Observer | null,
  hops: HopReaders | null,
): Promise<VerifyResult> {
  const { folder, queue, stop, signal, onOpen } = options;
  const observing = { ...(observer === null ? {} : { observer }), ...(hops === null ? {} : { hops }) };
  const verifyOptions = { ...options, ...observing, folders: [folder], from: null };
  const beginning = { from: { kind: 'end' }, history: NO_HISTORY, live: true, settled: null } as const;
  const session = await ReadingSession.open(verifyOptions, beginning);
  try {
    mustNotHaveBegun(folder);
    const made = await makeRunFolder(folder);
    const lastingName = (await queue.lastingName?.()) ?? null;
    const tap = { queue: queue.url, start: session.start, queueId: session.queueId, lastingName };
    await writeTap(folder, tap, hops?.starts);
    await observer?.start(folder, options);
    const arrivals = observer === null || session.readsLive ? null : new AckedRows(folder, observer);
    onOpen();
    const stopOrSignal = AbortSignal.any([stop, signal]);
    await untilEnded(options, stopOrSignal);
    await untilServiceEnded(options, stopOrSignal);
    const record = readRun(folder);
    if (record === null) {
      if (made) await removeRunFolder(folder);
      throw new QblError('interrupted', `verify was stopped before a sender started run "${folder.id}"`);
    }
    await arrivals?.end();
    const result = await session.conclude();
    // The second reading needs no live reader, so close it first.
    await session.close();
    if (!carriesIdentity(record.plan)) return result;
    return await confirmLoss(verifyOptions, result);
  } finally {
    await session.close();
  }
}

/**
 * Refuses a run that has begun. The check is repeated after the reader has opened, because a sender may start
 * in between.
 */
function mustNotHaveBegun(folder: RunFolder): void {
  if (readRun(folder) === null) return;
  throw new QblError(
    'usage',
    `run "${folder.id}" already exists: --follow must start before the first request is sent`,
    {
      hint: `To verify this run: qbl verify ${typedName(folder)}`,
    },
  );
}

async function untilEnded({ folder, onProgress }: FollowOptions, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && (readRun(folder)?.end ?? null) === null) {
    onProgress({ phase: 'waiting', waitsFor: 'sender' });
    await pause(LOOK_AGAIN_MS, stop);
  }
}

/**
 * Waits until the service ends, because a message that it is still processing must not count as unprocessed. Returns
 * at once if the run has no service.
 */
async function untilServiceEnded(
  { folder, deadlineMs, onProgress }: FollowOptions,
  stop: AbortSignal,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  while (!stop.aborted && performance.now() < until && (await isWorking(folder))) {
    onProgress({ phase: 'waiting', waitsFor: 'service' });
    await pause(LOOK_AGAIN_MS, stop);
  }
}

async function isWorking(folder: RunFolder): Promise<boolean> {
  const service = await readService(folder);
  return service !== null && service.end === null;
}
