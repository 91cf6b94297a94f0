import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isStorageFailure } from '../error.ts';
import { MAX_PARTITIONS, MAX_PARTITIONS_PER_TOPIC, MAX_TOPICS } from '../limits.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { moveAside } from '../storage/aside.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { closeLogs, type Topic } from './topic.ts';
import {
  createTopic,
  describeTopic,
  extendTopic,
  listTopicFolders,
  loadTopic,
  reopenTopic,
  type TopicFolderOptions,
} from './topic-folder.ts';
import { isTopicName } from './topic-name.ts';
import { mayBeOnDisk, removeTopic } from './topic-removal.ts';

export interface TopicsOptions extends TopicFolderOptions {
  /** Number of partitions of a new topic if the request gives no number. */
  readonly defaultPartitions: number;
}

export interface ChangeResult {
  readonly errorCode: ErrorCode;
  readonly errorMessage: string | null;
}

/** Loads every topic. Completes deletions of topics that a crash interrupted. */
export async function openTopics(options: TopicsOptions): Promise<Topics> {
  const loaded: Topic[] = [];
  try {
    for (const id of await listTopicFolders(options)) {
      const topic = await loadTopic(options, id);
      if (topic) loaded.push(topic);
      if (topic) await refuseTwin(options, loaded, topic);
    }
  } catch (error) {
    await closeLogs(loaded.flatMap(({ partitions }) => partitions));
    throw error;
  }
  return new Topics(options, loaded);
}

/**
 * Reports a second folder with the same topic name as damage. The broker creates one folder for each name, so one of
 * the two folders is a copy.
 */
async function refuseTwin(options: TopicsOptions, loaded: Topic[], topic: Topic): Promise<void> {
  const twin = loaded.find(({ id, name }) => name === topic.name && id !== topic.id);
  if (!twin) return;
  const path = join(options.directory, topic.id);
  const mend = async () => {
    await closeLogs(topic.partitions);
    loaded.pop();
    return `moved to ${await moveAside(path)}`;
  };
  await options.onDamage({
    path,
    what: `has the topic "${topic.name}", which the folder ${twin.id} has too`,
    mend,
  });
}

/** All topics by name. Changes of topics run one after the other. */
export class Topics {
  readonly #options: TopicsOptions;
  readonly #byName: Map<string, Topic>;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(options: TopicsOptions, loaded: readonly Topic[]) {
    this.#options = options;
    this.#byName = new Map(loaded.map((topic) => [topic.name, topic]));
  }

  all(): Topic[] {
    return [...this.#byName.values()];
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  partition(name: string, index: number): PartitionLog | undefined {
    return this.#byName.get(name)?.partitions[index];
  }

  /**
   * Creates a topic. `partitions` −1 means the default number. With `dryRun`, only checks whether the topic could be
   * created.
   */
  create(name: string, partitions: number, dryRun = false): Promise<ChangeResult> {
    const count = partitions === -1 ? this.#options.defaultPartitions : partitions;
    return this.#change(async () => {
      const refusal = this.#refuseCreation(name, count);
      if (refusal || dryRun) return refusal ?? DONE;
      const topic = await createTopic(this.#options, { id: randomUUID(), name, partitions: count });
      this.#byName.set(name, topic);
      return DONE;
    });
  }

  /** Raises the number of partitions to `count`. With `dryRun`, only checks whether the change is allowed. */
  extend(name: string, count: number, dryRun = false): Promise<ChangeResult> {
    return this.#change(async () => {
      const topic = this.#byName.get(name);
      if (!topic) return refused(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
      const present = topic.partitions.length;
      if (count <= present)
        return refused(
          ERRORS.INVALID_PARTITIONS,
          `The topic has ${present} partitions: request a larger number.`,
        );
      const refusal = this.#refuseCount(count, count - present);
      if (refusal || dryRun) return refusal ?? DONE;
      this.#byName.set(name, await extendTopic(this.#options, topic, count));
      return DONE;
    });
  }

  delete(name: string): Promise<ChangeResult> {
    return this.#change(async () => {
      const topic = this.#byName.get(name);
      if (!topic) return refused(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
      this.#byName.delete(name);
      try {
        await removeTopic(this.#options, topic);
      } catch (error) {
        await this.#settleFailedRemoval(topic, error);
      }
      return DONE;
    });
  }

  /**
   * Settles a deletion that failed. A deletion renames the folder of the topic, and then removes the files in the folder.
   * If the folder was renamed, the topic is deleted. If not, keeps the topic and throws the error of the deletion: a new
   * topic with the same name would get a second folder, and the next start would report damage.
   */
  async #settleFailedRemoval(topic: Topic, error: unknown): Promise<void> {
    if (await mayBeOnDisk(this.#options, topic)) {
      this.#byName.set(topic.name, (await reopenTopic(this.#options, topic)) ?? topic);
      throw error;
    }
    if (!isStorageFailure(error)) throw error;
    this.#options.log(`deleted the topic "${topic.name}", but could not remove its files: ${error.message}`);
  }

  /**
   * Moves log start offsets forward, so that clients cannot read earlier records. Returns one error code for each
   * partition.
   */
  async deleteRecords(
    name: string,
    before: readonly { readonly partitionIndex: number; readonly offset: number }[],
  ): Promise<ErrorCode[]> {
    let errors: ErrorCode[] = [];
    const { errorCode } = await this.#change(async () => {
      const topic = this.#byName.get(name);
      const moved = new Map<PartitionLog, number>();
      errors = before.map(({ partitionIndex, offset }) =>
        moveStart(moved, topic?.partitions[partitionIndex], offset),
      );
      if (!topic || moved.size === 0) return DONE;
      // The new offsets apply once they are on the disk. Otherwise records would reappear at the next start.
      await describeTopic(this.#options, topic, moved);
      for (const [partition, offset] of moved) partition.logStartOffset = offset;
      return DONE;
    });
    return errorCode === ERRORS.NONE ? errors : before.map(() => errorCode);
  }

  /** Returns the committed length of every log, with the topic's id and the partition's number. */
  lengths(): [id: string, partition: number, lengthBytes: number][] {
    return this.all().flatMap(({ id, partitions }) => {
      return partitions.map(({ lengthBytes }, number): [string, number, number] => [id, number, lengthBytes]);
    });
  }

  /** Closes every log. Resolves with true if all data of all logs is on the disk. */
  async close(): Promise<boolean> {
    const { errorCode } = await this.#change(async () => {
      await closeLogs(this.all().flatMap(({ partitions }) => partitions));
      return DONE;
    });
    return errorCode === ERRORS.NONE;
  }

  #refuseCreation(name: string, partitions: number): ChangeResult | undefined {
    if (!isTopicName(name)) return refused(ERRORS.INVALID_TOPIC_EXCEPTION, 'This is not a valid topic name.');
    if (this.#byName.has(name)) return refused(ERRORS.TOPIC_ALREADY_EXISTS);
    if (this.#byName.size >= MAX_TOPICS) {
      return refused(ERRORS.POLICY_VIOLATION, `There are already ${MAX_TOPICS} topics, which is the limit.`);
    }
    return this.#refuseCount(partitions, partitions);
  }

  #refuseCount(partitions: number, added: number): ChangeResult | undefined {
    if (partitions < 1 || partitions > MAX_PARTITIONS_PER_TOPIC) {
      return refused(
        ERRORS.INVALID_PARTITIONS,
        `A topic must have 1 to ${MAX_PARTITIONS_PER_TOPIC} partitions.`,
      );
    }
    const present = this.all().reduce((sum, topic) => sum + topic.partitions.length, 0);
    if (present + added <= MAX_PARTITIONS) return undefined;
    return refused(
      ERRORS.INVALID_PARTITIONS,
      `All topics together can have at most ${MAX_PARTITIONS} partitions.`,
    );
  }

  #change(change: () => Promise<ChangeResult>): Promise<ChangeResult> {
    const result = this.#lastChange.then(change).catch((error: unknown) => {
      if (!isStorageFailure(error)) throw error;
      this.#options.log(`cannot change topics: ${error.message}`);
      return refused(ERRORS.KAFKA_STORAGE_ERROR, error.message);
    });
    this.#lastChange = result.catch(() => undefined);
    return result;
  }
}

/** Adds the new start of a log to `moved`. An offset of −1 means the end of the log. */
function moveStart(
  moved: Map<PartitionLog, number>,
  partition: PartitionLog | undefined,
  offset: number,
): ErrorCode {
  if (!partition) return ERRORS.UNKNOWN_TOPIC_OR_PARTITION;
  const target = offset === -1 ? partition.highWatermark : offset;
  if (target < 0 || target > partition.highWatermark) return ERRORS.OFFSET_OUT_OF_RANGE;
  moved.set(partition, Math.max(target, moved.get(partition) ?? partition.logStartOffset));
  return ERRORS.NONE;
}

const DONE: ChangeResult = { errorCode: ERRORS.NONE, errorMessage: null };

function refused(errorCode: ErrorCode, errorMessage: string | null = null): ChangeResult {
  return { errorCode, errorMessage };
}
