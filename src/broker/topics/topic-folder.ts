import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Allowance } from '../allowance.ts';
import { BrokerError, DamagedLogError, isStorageFailure, isSystemError } from '../error.ts';
import { openPartitionLog, type PartitionLog } from '../log/partition-log.ts';
import type { FsyncPolicy } from '../storage/append-file.ts';
import { moveAside } from '../storage/aside.ts';
import { syncDirectory } from '../storage/atomic-file.ts';
import type { OnDamage } from '../storage/damage.ts';
import { type LogFile, openLogFile } from '../storage/log-file.ts';
import type { KnownLength } from '../storage/session.ts';
import { closeLogs, type Topic } from './topic.ts';
import { DESCRIPTION_FILE, readDescription, writeDescription } from './topic-description.ts';
import {
  describeForeign,
  isTopicId,
  isUnfinished,
  logFile,
  MAKING_SUFFIX,
  markDeleted,
  removeDraft,
  removeFolder,
  removeUnfinished,
  type TopicsFolder,
} from './topic-removal.ts';

export interface TopicFolderOptions extends TopicsFolder {
  readonly fsync: FsyncPolicy;
  /** Returns what is known about the length of a partition's log. `id` is the topic's id. */
  readonly known: (id: string, partition: number) => KnownLength;
  readonly onDamage: OnDamage;
  /** When the broker starts, it verifies the checksums of this many bytes at the end of each log. */
  readonly verifiedTailBytes: number;
  /** Limit for the number of producers that all logs together remember. */
  readonly producers: Allowance;
}

const NEW_LOG: KnownLength = { kind: 'exact', bytes: 0 };

/**
 * Returns the ids of all topics. Removes unfinished folders that a crash left. Keeps all other files and folders, and
 * reports them.
 */
export async function listTopicFolders({ directory, log }: TopicFolderOptions): Promise<string[]> {
  for (const folder of await removeUnfinished(directory)) log(describeForeign(folder));
  const ids: string[] = [];
  const foreign: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory() && isTopicId(entry.name)) ids.push(entry.name);
    else if (!entry.isDirectory() || !isUnfinished(entry.name)) foreign.push(entry.name);
  }
  if (foreign.length > 0)
    log(
      `ignored files and folders that are not topics of this broker: ${foreign.join(', ')} in ${directory}`,
    );
  return ids;
}

/** Opens a topic. Resolves with undefined if the topic's description was damaged and its folder was moved aside. */
export async function loadTopic(options: TopicFolderOptions, id: string): Promise<Topic | undefined> {
  const folder = join(options.directory, id);
  const description = await readDescription(folder);
  if (description === 'missing' || description === 'damaged') {
    const path = join(folder, DESCRIPTION_FILE);
    const what = description === 'missing' ? 'is missing' : 'is damaged: its checksum is wrong';
    const mend = async () => `the topic's folder was moved to ${await moveAside(folder)}`;
    await options.onDamage({ path, what, mend });
    return undefined;
  }
  const { name, logStartOffsets } = description;
  const opened: PartitionLog[] = [];
  try {
    for (const [number, logStartOffset] of logStartOffsets.entries()) {
      const path = join(folder, logFile(number));
      const log = { path, label: `${name}-${number}`, logStartOffset };
      const known = options.known(id, number);
      opened.push(await openLog(options, { ...log, ...(await openExisting(path, known, options.onDamage)) }));
    }
    return { id, name, partitions: opened };
  } catch (error) {
    await closeLogs(opened);
    throw error;
  }
}

/** Opens a topic again after its logs were closed. Resolves with undefined if the topic cannot be opened. */
export async function reopenTopic(options: TopicFolderOptions, topic: Topic): Promise<Topic | undefined> {
  const known = (_: string, partition: number): KnownLength => {
    return { kind: 'exact', bytes: topic.partitions[partition]?.lengthBytes ?? 0 };
  };
  try {
    return await loadTopic({ ...options, known }, topic.id);
  } catch (error) {
    if (!isStorageFailure(error) && !(error instanceof BrokerError)) throw error;
    options.log(`cannot open the topic "${topic.name}" again: ${error.message}`);
    return undefined;
  }
}

/**
 * Creates the logs and the description of a topic in a folder with a temporary name. The topic exists when that folder
 * is renamed.
 */
export async function createTopic(
  options: TopicFolderOptions,
  { id, name, partitions }: { id: string; name: string; partitions: number },
): Promise<Topic> {
  // Unfinished folders are removed before each creation, and not only at the start of the broker. Otherwise failed
  // creations would leave more and more folders.
  await removeUnfinished(options.directory);
  const folder = join(options.directory, id);
  const draft = folder + MAKING_SUFFIX;
  await mkdir(draft);
  try {
    for (let number = 0; number < partitions; number++) await makeLog(join(draft, logFile(number)));
    await writeDescription(draft, { name, logStartOffsets: new Array<number>(partitions).fill(0) });
    await rename(draft, folder);
  } catch (error) {
    await removeDraft(draft, partitions);
    throw error;
  }
  try {
    await syncDirectory(options.directory);
    return { id, name, partitions: await openNewLogs(options, { id, name }, 0, partitions) };
  } catch (error) {
    await removeFolder(await markDeleted(options.directory, id), options.log);
    throw error;
  }
}

/** Returns the topic with new partitions, up to `count` in total. The present partitions stay. */
export async function extendTopic(options: TopicFolderOptions, topic: Topic, count: number): Promise<Topic> {
  const { id, name, partitions } = topic;
  const folder = join(options.directory, id);
  for (let number = partitions.length; number < count; number++) {
    await makeLog(join(folder, logFile(number)));
  }
  const opened = await openNewLogs(options, topic, partitions.length, count);
  const extended = { id, name, partitions: [...partitions, ...opened] };
  try {
    await describeTopic(options, extended);
  } catch (error) {
    await closeLogs(opened);
    throw error;
  }
  return extended;
}

/**
 * Saves the number of partitions and their log start offsets to the disk.
 * @param moved log start offsets that replace the present ones
 */
export async function describeTopic(
  options: TopicFolderOptions,
  { id, name, partitions }: Topic,
  moved: ReadonlyMap<PartitionLog, number> = new Map(),
): Promise<void> {
  const logStartOffsets = partitions.map((log) => moved.get(log) ?? log.logStartOffset);
  await writeDescription(join(options.directory, id), { name, logStartOffsets });
}

/**
 * Opens the log file. If the file is missing, creates an empty file. Returns the file, and what is known about its
 * length.
 */
async function openExisting(
  path: string,
  known: KnownLength,
  onDamage: OnDamage,
): Promise<Pick<LogToOpen, 'file' | 'known'>> {
  try {
    return { file: await openLogFile(path, 'existing'), known };
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    const mend = async () => 'an empty log was created';
    await onDamage({ path, what: 'is missing', mend });
    return { file: await openLogFile(path, 'create'), known: NEW_LOG };
  }
}

async function makeLog(path: string): Promise<void> {
  const file = await openLogFile(path, 'create');
  try {
    if ((await file.sizeBytes()) > 0) throw new DamagedLogError(`${path} is not empty`);
  } finally {
    await file.close();
  }
}

async function openNewLogs(
  options: TopicFolderOptions,
  { id, name }: { id: string; name: string },
  first: number,
  end: number,
): Promise<PartitionLog[]> {
  const opened: PartitionLog[] = [];
  try {
    for (let number = first; number < end; number++) {
      const path = join(options.directory, id, logFile(number));
      const file = await openLogFile(path, 'existing');
      const log = { file, path, known: NEW_LOG, label: `${name}-${number}`, logStartOffset: 0 };
      opened.push(await openLog(options, log));
    }
    return opened;
  } catch (error) {
    await closeLogs(opened);
    throw error;
  }
}

interface LogToOpen {
  readonly file: LogFile;
  readonly path: string;
  readonly known: KnownLength;
  readonly label: string;
  readonly logStartOffset: number;
}

async function openLog(options: TopicFolderOptions, opening: LogToOpen): Promise<PartitionLog> {
  const { fsync, onDamage, verifiedTailBytes, producers, log } = options;
  try {
    return await openPartitionLog({ ...opening, fsync, onDamage, verifiedTailBytes, producers, log });
  } catch (error) {
    await opening.file.close();
    throw error;
  }
}
