import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, isSystemError } from '../error.ts';
import { MAX_PARTITIONS_PER_TOPIC } from '../limits.ts';
import { openPartitionLog, type PartitionLog } from '../log/partition-log.ts';
import type { FsyncPolicy } from '../storage/append-file.ts';
import { replaceFile, syncDirectory } from '../storage/atomic-file.ts';
import type { LogFile } from '../storage/log-file.ts';
import type { Topic } from './topic.ts';
import { isTopicName } from './topic-name.ts';

export interface TopicFolderOptions {
  /** Holds a folder for each topic. */
  readonly directory: string;
  readonly fsync: FsyncPolicy;
  readonly openFile: (path: string) => Promise<LogFile>;
  readonly log: (line: string) => void;
}

/** What `topic.json` holds. A folder without that file is a topic half made or half deleted. */
interface TopicDescription {
  readonly name: string;
  /** One for each partition. */
  readonly logStartOffsets: readonly number[];
}

const DESCRIPTION = 'topic.json';

/** The ids of all folders. */
export async function listTopicFolders(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Opens the topic in a folder; what is left of a topic half made or half deleted is removed. */
export async function loadTopic(options: TopicFolderOptions, id: string): Promise<Topic | undefined> {
  const folder = join(options.directory, id);
  const description = await readDescription(folder);
  if (!description) {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
  const { name, logStartOffsets } = description;
  return { id, name, partitions: await openPartitions(options, { id, name }, logStartOffsets) };
}

/** Makes the folder and its logs; the description comes last, as it is what makes the topic exist. */
export async function createTopic(
  options: TopicFolderOptions,
  { id, name, partitions }: { id: string; name: string; partitions: number },
): Promise<Topic> {
  const folder = join(options.directory, id);
  try {
    await mkdir(folder);
    const opened = await openPartitions(options, { id, name }, new Array<number>(partitions).fill(0));
    const topic = { id, name, partitions: opened };
    await describeOrClose(options, topic, opened);
    await syncDirectory(options.directory);
    return topic;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The topic with more partitions, the former ones being the same. */
export async function extendTopic(options: TopicFolderOptions, topic: Topic, count: number): Promise<Topic> {
  const { id, name, partitions } = topic;
  const added = new Array<number>(count - partitions.length).fill(0);
  const opened = await openPartitions(options, { id, name }, added, partitions.length);
  const extended = { id, name, partitions: [...partitions, ...opened] };
  await describeOrClose(options, extended, opened);
  return extended;
}

/** Makes the present partitions and log start offsets durable. */
export async function describeTopic(options: TopicFolderOptions, topic: Topic): Promise<void> {
  const logStartOffsets = topic.partitions.map((partition) => partition.logStartOffset);
  const description: TopicDescription = { name: topic.name, logStartOffsets };
  await replaceFile(join(options.directory, topic.id, DESCRIPTION), JSON.stringify(description));
}

/** Removes the description, which ends the topic's existence, and then its files. */
export async function removeTopic(options: TopicFolderOptions, topic: Topic): Promise<void> {
  const folder = join(options.directory, topic.id);
  await rm(join(folder, DESCRIPTION), { force: true });
  await syncDirectory(folder);
  await Promise.all(topic.partitions.map((partition) => partition.close()));
  await rm(folder, { recursive: true, force: true });
}

async function describeOrClose(
  options: TopicFolderOptions,
  topic: Topic,
  opened: readonly PartitionLog[],
): Promise<void> {
  try {
    await describeTopic(options, topic);
  } catch (error) {
    await Promise.all(opened.map((partition) => partition.close()));
    throw error;
  }
}

async function openPartitions(
  options: TopicFolderOptions,
  { id, name }: { id: string; name: string },
  logStartOffsets: readonly number[],
  first = 0,
): Promise<PartitionLog[]> {
  const opened: PartitionLog[] = [];
  try {
    for (const [index, logStartOffset] of logStartOffsets.entries()) {
      const number = first + index;
      const file = await options.openFile(join(options.directory, id, `${number}.log`));
      const { fsync, log } = options;
      opened.push(await openPartitionLog({ file, fsync, label: `${name}-${number}`, logStartOffset, log }));
    }
  } catch (error) {
    await Promise.all(opened.map((partition) => partition.close()));
    throw error;
  }
  return opened;
}

async function readDescription(folder: string): Promise<TopicDescription | undefined> {
  try {
    const description: unknown = JSON.parse(await readFile(join(folder, DESCRIPTION), 'utf8'));
    if (isDescription(description)) return description;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw new BrokerError('data-unusable', `Cannot read ${join(folder, DESCRIPTION)}.`, error);
  }
  throw new BrokerError('data-unusable', `${join(folder, DESCRIPTION)} does not describe a topic.`);
}

function isDescription(value: unknown): value is TopicDescription {
  if (typeof value !== 'object' || value === null || !('name' in value)) return false;
  if (typeof value.name !== 'string' || !isTopicName(value.name)) return false;
  if (!('logStartOffsets' in value) || !Array.isArray(value.logStartOffsets)) return false;
  const offsets: unknown[] = value.logStartOffsets;
  return (
    offsets.length <= MAX_PARTITIONS_PER_TOPIC && offsets.every((offset) => Number.isSafeInteger(offset))
  );
}
