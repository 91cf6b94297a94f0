import { join } from 'node:path';
import { BrokerError } from '../error.ts';
import { MAX_PARTITIONS_PER_TOPIC } from '../limits.ts';
import { readSealed, writeSealed } from '../storage/sealed-file.ts';
import { isTopicName } from './topic-name.ts';

export const DESCRIPTION_FILE = 'topic.json';

/** Content of `topic.json`. */
export interface TopicDescription {
  readonly name: string;
  readonly logStartOffsets: readonly number[];
}

/** Saves the description of a topic. Resolves when the description is on the disk. */
export async function writeDescription(folder: string, description: TopicDescription): Promise<void> {
  await writeSealed(join(folder, DESCRIPTION_FILE), description);
}

/** Returns 'missing' or 'damaged' if the description cannot be read. */
export async function readDescription(folder: string): Promise<TopicDescription | 'missing' | 'damaged'> {
  const path = join(folder, DESCRIPTION_FILE);
  const sealed = await readSealed(path);
  if (sealed.kind === 'missing' || sealed.kind === 'damaged') return sealed.kind;
  if (sealed.kind === 'intact' && isDescription(sealed.content)) return sealed.content;
  throw new BrokerError('data-unusable', `${path} was not written by this version of qbl broker.`);
}

function isDescription(value: unknown): value is TopicDescription {
  if (typeof value !== 'object' || value === null || !('name' in value)) return false;
  if (typeof value.name !== 'string' || !isTopicName(value.name)) return false;
  if (!('logStartOffsets' in value) || !Array.isArray(value.logStartOffsets)) return false;
  const offsets: unknown[] = value.logStartOffsets;
  return offsets.length <= MAX_PARTITIONS_PER_TOPIC && offsets.every(isOffset);
}

function isOffset(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
