import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Allowance } from './allowance.ts';
import { isStorageFailure } from './error.ts';
import { type CommittedOffsets, openCommittedOffsets } from './groups/committed-offsets.ts';
import { CLOCK_TOLERANCE_MS, MAX_PRODUCERS } from './limits.ts';
import { describeClock } from './log/clock.ts';
import type { FsyncPolicy } from './storage/append-file.ts';
import type { OnDamage } from './storage/damage.ts';
import { JOURNAL_FILE, layOut, TOPICS_FOLDER } from './storage/data-folder.ts';
import { type DataIdentity, openIdentity } from './storage/identity.ts';
import { type BrokerSession, type Lengths, openSession } from './storage/session.ts';
import { openTopics, type Topics } from './topics/topics.ts';

export interface DataOptions {
  /** The real path of the data folder. The caller has locked the folder. */
  readonly directory: string;
  /**
   * Whether the path still leads to the folder that the caller locked. If not, the broker does not save the lengths of
   * the logs.
   */
  readonly isOwn: () => Promise<boolean>;
  readonly defaultPartitions: number;
  readonly fsync: FsyncPolicy;
  readonly onDamage: OnDamage;
  /** When the broker starts, it verifies the checksums of this many bytes at the end of each log. */
  readonly verifiedTailBytes: number;
  readonly log: (line: string) => void;
}

/** Everything that the broker keeps on disk. */
export interface Data {
  readonly identity: DataIdentity;
  readonly offsets: CommittedOffsets;
  readonly topics: Topics;
  /**
   * Saves the length of each log. The next start then detects if acknowledged messages are missing at the end of a
   * log.
   */
  noteLengths(): Promise<void>;
  /** Closes all files. If every file is complete on the disk, records that the broker stopped cleanly. */
  close(): Promise<void>;
}

export async function openData(options: DataOptions): Promise<Data> {
  const { directory, fsync, onDamage, log } = options;
  await layOut(directory);
  const identity = await openIdentity(directory, onDamage);
  const session = await openSession(directory, { fsync, onDamage });
  const path = join(directory, JOURNAL_FILE);
  const offsets = await openCommittedOffsets({
    path,
    fsync,
    known: session.known(JOURNAL_FILE),
    onDamage,
    log,
  });
  try {
    await findMissingTopics(session, options);
    const topics = await openTopics({
      ...options,
      directory: join(directory, TOPICS_FOLDER),
      producers: new Allowance(MAX_PRODUCERS),
      known: (id, partition) => session.known(logName(id, partition)),
    });
    // Saves only the lengths of the logs. The journal of committed offsets can shrink while the broker runs, so its
    // length is saved only at a clean stop.
    const noteLengths = async () => {
      if (await options.isOwn()) await session.markRunning(lengthsOf(topics));
    };
    await noteLengths();
    warnOfClock(topics, log);
    return { identity, offsets, topics, noteLengths, close: () => close(session, topics, offsets, options) };
  } catch (error) {
    await offsets.close();
    throw error;
  }
}

/**
 * Reports topics whose logs have a saved length but whose folders are missing. A missing folder need not be
 * damage: the broker may have deleted the topic after it saved the lengths, before it was killed.
 */
async function findMissingTopics(
  session: BrokerSession,
  { directory, onDamage, log }: DataOptions,
): Promise<void> {
  const folder = join(directory, TOPICS_FOLDER);
  // The folder of a topic is named by the topic's id. A folder that is being deleted or was moved aside has a suffix
  // after the id.
  const present = new Set((await readdir(folder)).map((name) => name.split('.')[0]));
  const known = session.files.filter((file) => file !== JOURNAL_FILE).map((file) => dirname(file));
  for (const id of new Set(known)) {
    if (present.has(id)) continue;
    const path = join(folder, id);
    if (session.endedCleanly) {
      await onDamage({ path, what: 'is missing', mend: async () => 'the topic is lost' });
    } else {
      log(
        `${path} no longer exists: the topic was deleted just before the broker was killed, or its folder was removed`,
      );
    }
  }
}

async function close(
  session: BrokerSession,
  topics: Topics,
  offsets: CommittedOffsets,
  { isOwn, log }: DataOptions,
): Promise<void> {
  try {
    const whole = await topics.close();
    const journalBytes = await offsets.close();
    if (whole && (await isOwn()))
      await session.markStopped({ ...lengthsOf(topics), [JOURNAL_FILE]: journalBytes });
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(`could not stop cleanly: ${error.message}`);
  }
}

/**
 * Warns if the system clock is behind the newest append time. Append times never decrease, so new messages get the
 * newest append time. The latencies of new messages are wrong until the clock reaches that time.
 */
function warnOfClock(topics: Topics, log: (line: string) => void): void {
  const logs = topics.all().flatMap(({ partitions }) => partitions);
  const aheadMs = Math.max(...logs.map(({ lastTimestampMs }) => lastTimestampMs)) - Date.now();
  if (aheadMs > CLOCK_TOLERANCE_MS) log(describeClock(aheadMs));
}

function lengthsOf(topics: Topics): Lengths {
  return Object.fromEntries(
    topics.lengths().map(([id, partition, lengthBytes]) => [logName(id, partition), lengthBytes]),
  );
}

function logName(id: string, partition: number): string {
  return `${id}/${partition}`;
}
